import { Injectable } from '@nestjs/common';
import { Commands } from '../public/commands.js';
import { commandOf } from '../public/define-command.js';
import type { Connection } from '../connections/connection.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import type { ClientFrame } from '../protocol/parse-frame.js';
import { PayloadPipe } from '../protocol/payload.pipe.js';
import { frameUnknownType } from '../protocol/realtime.errors.js';

/** Passes a frame of a client to the feature that handles it, and sends the answer. */
@Injectable()
export class RunCommand {
  constructor(private readonly commands: Commands) {}

  handles(type: string): boolean {
    return this.commands.handlerOf(type) !== undefined;
  }

  /** @throws `frame.unknown-type`, `frame.malformed`, or the errors of the feature's handler */
  async run(connection: Connection, { type, payload, id }: ClientFrame): Promise<void> {
    const command = commandOf(type);
    const handler = this.commands.handlerOf(type);
    if (command === undefined || handler === undefined) throw frameUnknownType();
    const wanted = new PayloadPipe(command.payload).transform(payload);
    const { principal, id: sessionId } = connection;
    const answer = await handler({ principal, sessionId }, wanted);
    connection.pass(ServerFrame.of(command.answer.type, answer, id));
  }
}
