import colors from 'picocolors';
import { answer } from '../api/answer.js';
import { channelOf } from '../api/channel.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { liveClient } from '../api/live-client.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { momentOf } from '../terminal/moment.js';
import { untilInterrupted } from '../terminal/interrupt.js';
import { clean, clock, note, print, printJson } from '../terminal/output.js';
import type { Position } from '@tidings/client';

export interface TailOptions extends GlobalOptions {
  readonly since?: string;
  readonly type?: string;
}

interface Event {
  readonly type: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  readonly payload: unknown;
}

export async function tail([name]: readonly string[], options: TailOptions): Promise<void> {
  if (options.since !== undefined && name === undefined) throw usageError('--since requires a channel.');
  const since = options.since === undefined ? undefined : momentOf(options.since);
  const signal = untilInterrupted();
  const connection = connect(options);
  const ws = await connection.workspace();
  const show = (event: Event) => {
    if (options.type !== undefined && event.type !== options.type) return;
    if (options.json === true) printJson(event);
    else print(lineOf(event));
  };
  const channel = name === undefined ? undefined : channelOf(name, ws);
  // The first read finds a channel that the user may not read.
  const position = channel && (await history(connection, ws, { channel, since }, show));
  await follow(connection, ws, { channel, position: position || undefined, show, signal });
}

/** Prints the events since a time. @returns the position to go on from */
async function history(
  { api }: Connection,
  ws: string,
  { channel, since }: { channel: string; since: string | undefined },
  show: (event: Event) => void,
): Promise<Position> {
  const read = (query: object) =>
    answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query: { channel, ...query } } }));
  if (since === undefined) return (await read({ latest: 1 })).position;
  for (let cursor: string | null = '0'; ;) {
    const page: Awaited<ReturnType<typeof read>> = await read({ since, limit: 200, cursor });
    page.items.forEach((event) => show(event));
    if (page.nextCursor === null) return page.position;
    cursor = page.nextCursor;
  }
}

interface Followed {
  readonly channel: string | undefined;
  readonly position: Position | undefined;
  readonly show: (event: Event) => void;
  readonly signal: AbortSignal;
}

async function follow(
  connection: Connection,
  ws: string,
  { channel, position, show, signal }: Followed,
): Promise<void> {
  const client = await liveClient(connection, { onError: (error) => note(colors.yellow(clean(error.message))) });
  const stopped = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    // Interrupted while the client was loaded.
    if (signal.aborted) resolve();
    client.onStatus(({ state, error }) => {
      if (state !== 'stopped') return;
      reject(new CliError(error?.code ?? 'connection.closed', error?.message ?? 'Refused.', EXIT.signedOut));
    });
    const follower = {
      onEvent: (event: unknown) => show(event as Event),
      onReload: (lost: string) => note(colors.yellow(`${clean(lost)}: earlier events are not shown.`)),
      onRefused: (error: { code: string; message: string }) => {
        if (channel !== undefined) reject(new CliError(error.code, error.message, EXIT.denied));
      },
    };
    if (channel === undefined) client.join(ws, { onEvent: follower.onEvent, onRefused: (error) => reject(error) });
    else client.subscribe(channel, { ...follower, ...(position && { position }) });
  });
  client.connect();
  await stopped.finally(() => client.close());
}

function lineOf({ ts, channel, offset, type, payload }: Event): string {
  const { title } = (payload ?? {}) as { title?: unknown };
  const text = typeof title === 'string' ? title : JSON.stringify(payload);
  const place = `${channel.replace(/:[\da-f-]{36}/, '')} #${offset}`;
  return [colors.dim(clock(ts)), colors.dim(clean(place)), colors.cyan(clean(type)), clean(text)].join('  ');
}
