import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/public/principal.js';
import { clientFrames } from '../protocol/client-frames.js';
import { serverFrames } from '../protocol/server-frames.js';
import type { Command } from './define-command.js';
import { relayOf } from './define-relay.js';

/** The connection that a command comes from. */
export interface CommandSender {
  readonly principal: Principal;
  /** As in `X-Tidings-Session`: an event with this origin reaches the connection as a `position`. */
  readonly sessionId: string;
}

export type CommandHandler<Payload = unknown, Answer = unknown> = (
  sender: CommandSender,
  payload: Payload,
) => Promise<Answer>;

/** The handlers of the commands in this process. The frames of a connection are handled one by one. */
@Injectable()
export class Commands {
  private readonly handlers = new Map<string, CommandHandler>();

  /** @throws Error if the command has a handler already, or the name of a built-in frame or of a relay */
  handle<Payload, Answer>(command: Command<Payload, Answer>, handler: CommandHandler<Payload, Answer>): void {
    const { type, answer } = command;
    for (const name of [type, answer.type]) {
      if (name in clientFrames || name in serverFrames || relayOf(name) !== undefined)
        throw new Error(`The frame ${name} of a command has the name of a built-in frame or of a relay.`);
    }
    if (this.handlers.has(type)) throw new Error(`The command ${type} has two handlers.`);
    // The gateway validates the payload with the command's schema before it calls the handler.
    this.handlers.set(type, handler as CommandHandler);
  }

  handlerOf(type: string): CommandHandler | undefined {
    return this.handlers.get(type);
  }
}
