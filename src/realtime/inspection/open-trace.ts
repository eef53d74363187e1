import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { RequestActor } from '../../identity/public/caller.js';
import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import { Audit } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import { InspectConnections } from './inspect-connections.js';
import { connectionNotFound, traceTooMany } from './inspection.errors.js';
import { TRACE } from './questions.js';
import { KEEP_MS, TRACE_KEEP_TOPIC, TRACE_STOP_TOPIC, TRACE_TOPIC, traceMessage } from './trace-frames.js';

/** Frames are dropped while the administrator's browser does not read as much. */
const MAX_BUFFERED_BYTES = 256 * 1024;

const answerOfNode = z.enum(['started', 'busy']).nullable();

/** A trace that runs in a gateway, and sends its messages over the bus. */
export interface OpenedTrace {
  /** Writes the messages as server-sent events until the trace or the response ends. */
  follow(response: ServerResponse): void;
}

/** Starts the trace of a connection, wherever it is. */
@Injectable()
export class OpenTrace {
  constructor(
    private readonly nodes: AskNodes,
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly inspect: InspectConnections,
  ) {}

  /**
   * The audit holds the trace before its first frame.
   * @throws `connection.not-found`, `trace.too-many`
   */
  async run(actor: RequestActor, id: string): Promise<OpenedTrace> {
    const { userId, nodeId, via } = await this.inspect.show(id);
    const adminId = actor.principal.userId;
    await this.database.transaction(async (tx) => {
      await lockAdministrator(tx, adminId);
      const after = { userId, nodeId, via };
      await this.audit.record(tx, { action: 'connection.traced', actor, workspaceId: null, target: id, after });
    });
    const traceId = randomUUID();
    const early: string[] = [];
    let onMessage = (json: string): void => void early.push(json);
    const unlisten = this.bus.listen(TRACE_TOPIC, (message) => {
      if (message.startsWith(`${traceId} `)) onMessage(message.slice(traceId.length + 1));
    });
    try {
      await this.start({ id, traceId, adminId });
    } catch (error) {
      unlisten();
      throw error;
    }
    const follow = (response: ServerResponse): void => {
      const keep = setInterval(() => this.bus.publish(TRACE_KEEP_TOPIC, traceId), KEEP_MS).unref();
      response.on('error', () => undefined);
      response.once('close', () => {
        clearInterval(keep);
        unlisten();
        this.bus.publish(TRACE_STOP_TOPIC, traceId);
      });
      onMessage = (json) => write(response, json);
      for (const json of early) write(response, json);
      // The caller may have left before there was a listener.
      if (response.destroyed) response.emit('close');
    };
    return { follow };
  }

  private async start(args: { id: string; traceId: string; adminId: string }): Promise<void> {
    const isEnough = (answer: z.infer<typeof answerOfNode>) => answer !== null;
    const { byNode } = await this.nodes.ask(TRACE, { args, schema: answerOfNode, isEnough });
    const answers = [...byNode.values()];
    if (answers.includes('busy')) throw traceTooMany();
    if (!answers.includes('started')) throw connectionNotFound();
  }
}

function write(response: ServerResponse, json: string): void {
  const message = traceMessage.safeParse(JSON.parse(json));
  if (!message.success || response.writableEnded) return;
  if ('end' in message.data) return void response.end(`event: end\ndata: ${JSON.stringify(message.data)}\n\n`);
  if (response.writableLength > MAX_BUFFERED_BYTES) return;
  response.write(`event: frame\ndata: ${JSON.stringify(message.data)}\n\n`);
}
