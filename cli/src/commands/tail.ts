import colors from 'picocolors';
import { answer } from '../api/answer.js';
import { channelOf } from '../api/channel.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { liveClient } from '../api/live-client.js';
import { allOf, allSources } from '../api/sources.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { momentOf } from '../terminal/moment.js';
import { untilInterrupted } from '../terminal/interrupt.js';
import { clean, clock, note, print, printJson } from '../terminal/output.js';
import type { Position } from '@tidings/client';

/** A connection has at most 1,000 subscriptions; the others are for the channels of the workspace. */
const MAX_OTHERS = 950;
const MAX_NAMED = 20;

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
  const others = channel === undefined ? await otherChannels(connection, ws) : [];
  await follow(connection, ws, { channel, others, position: position || undefined, show, signal });
}

/** The topics, and the channels of sources that have one of their own: to join a workspace subscribes to neither. */
async function otherChannels({ api }: Connection, ws: string): Promise<string[]> {
  const { permissions } = await answer(api.GET('/v1/workspaces/{ws}', { params: { path: { ws } } }));
  const sources = permissions.includes('webhooks:read') ? await allSources(api, ws) : [];
  const own = sources.map(({ channel }) => channel).filter((channel) => channel !== `webhooks:${ws}`);
  const channels = [...new Set(own), ...(await topicsOf(api, ws))];
  if (channels.length <= MAX_OTHERS) return channels;
  note(
    colors.yellow(`${channels.length - MAX_OTHERS} topics are left out: a connection follows ${MAX_OTHERS} at most.`),
  );
  return channels.slice(0, MAX_OTHERS);
}

/** Those that the user may read; a user without any right on topics has none. */
async function topicsOf(api: Connection['api'], ws: string): Promise<string[]> {
  try {
    const topics = await allOf((cursor) => {
      const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
      return answer(api.GET('/v1/workspaces/{ws}/topics', { params: { path: { ws }, query } }));
    });
    return topics.map(({ channel }) => channel);
  } catch (error) {
    if (error instanceof CliError && error.exitCode === EXIT.denied) return [];
    throw error;
  }
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
  /** Undefined: all channels of the workspace, and `others`. */
  readonly channel: string | undefined;
  readonly others: readonly string[];
  readonly position: Position | undefined;
  readonly show: (event: Event) => void;
  readonly signal: AbortSignal;
}

async function follow(
  connection: Connection,
  ws: string,
  { channel, others, position, show, signal }: Followed,
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
    if (channel !== undefined) {
      client.subscribe(channel, { ...follower, ...(position && { position }) });
      return tellFollowed([channel]);
    }
    const { channels } = client.join(ws, { onEvent: follower.onEvent, onRefused: (error) => reject(error) });
    for (const other of others) client.subscribe(other, follower);
    void channels.then((joined) => tellFollowed([...new Set([...joined, ...others])]), reject);
  });
  client.connect();
  await stopped.finally(() => client.close());
}

/** Says on stderr which channels are followed, before the first event. */
function tellFollowed(channels: readonly string[]): void {
  const names = channels.map((one) => clean(nameIn(one)));
  const rest = names.length - MAX_NAMED;
  const list = names.slice(0, MAX_NAMED).join(', ') || 'no channel';
  note(colors.dim(`Following ${list}${rest > 0 ? ` and ${rest} more` : ''}.`));
}

/** The name without the id of the workspace: `webhooks`, `topic/orders/paid`. */
const nameIn = (channel: string): string => channel.replace(/:[\da-f-]{36}/, '');

function lineOf({ ts, channel, offset, type, payload }: Event): string {
  const { title } = (payload ?? {}) as { title?: unknown };
  const text = typeof title === 'string' ? title : JSON.stringify(payload);
  const place = `${nameIn(channel)} #${offset}`;
  return [colors.dim(clock(ts)), colors.dim(clean(place)), colors.cyan(clean(type)), clean(text)].join('  ');
}
