import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { answer } from '../api/answer.js';
import { channelOf } from '../api/channel.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { usageError } from '../errors.js';
import { print, printJson } from '../terminal/output.js';

export interface PublishOptions extends GlobalOptions {
  readonly id?: string;
}

export async function publish([name = '', type = '', json]: readonly string[], options: PublishOptions): Promise<void> {
  const payload = parse(json === '-' ? await text(process.stdin) : (json ?? 'null'));
  const connection = connect(options);
  const ws = await connection.workspace();
  const key = options.id ?? randomUUID();
  const params = { path: { ws }, header: { 'idempotency-key': key } };
  const body = { channel: channelOf(name, ws), type, payload, id: key };
  const call = connection.api.POST('/v1/workspaces/{ws}/events', { params, body });
  const { events } = await answer(call);
  const [event] = events;
  if (options.json === true) return printJson(event);
  print(`${event?.channel} #${event?.offset} ${event?.id}`);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw usageError('The payload is not valid JSON.', `Quote texts: '"hello"'.`);
  }
}
