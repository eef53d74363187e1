import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from '../api/answer.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { allSources, sourceNamed, type Source } from '../api/sources.js';
import { environment } from '../environment.js';
import { CliError, EXIT, usageError } from '../errors.js';
import type { Display } from '../listen/display.js';
import { Journal } from '../listen/journal.js';
import { DeliveryActions } from '../listen/delivery-actions.js';
import { ListDisplay } from '../listen/list-display.js';
import { JsonDisplay, LineDisplay } from '../listen/line-display.js';
import { Listener } from '../listen/listener.js';
import { makeSource } from '../listen/make-source.js';
import { targetUrl } from '../listen/target.js';
import { lockFile } from '../profiles/file-lock.js';
import { momentOf } from '../terminal/moment.js';
import { untilInterrupted } from '../terminal/interrupt.js';

export interface ListenOptions extends GlobalOptions {
  readonly source?: string;
  readonly makeSource?: string;
  readonly option?: readonly string[];
  readonly path?: string;
  readonly since?: string;
  readonly reset?: boolean;
  readonly header?: readonly string[];
  readonly timeout: string;
  readonly skipFailures?: boolean;
  readonly tui?: boolean;
}

export async function listen([target = '']: readonly string[], options: ListenOptions): Promise<void> {
  const url = targetUrl(target, options.path);
  const sending = { url, headers: headersOf(options.header ?? []), timeoutMs: secondsOf(options.timeout) * 1_000 };
  const since = options.since === undefined ? undefined : momentOf(options.since);
  const connection = connect(options);
  const workspaceId = await connection.workspace();
  await requireBodies(connection, workspaceId);
  const source = await sourceOf(connection, workspaceId, options);
  const channels = source === undefined ? await allChannels(connection, workspaceId) : [source.channel];
  const file = journalFile([connection.profile, connection.url, workspaceId, source?.id ?? '', url.href]);
  const release = lock(`${file}.lock`, url);
  try {
    const journal = openJournal(file, options);
    const signal = untilInterrupted();
    const display = displayOf(options, new DeliveryActions(connection, workspaceId, sending));
    const following = { connection, workspaceId, channels, sourceId: source?.id, since, journal, display, signal };
    const listener = new Listener({ ...sending, ...following, skipFailures: options.skipFailures === true });
    const what = source === undefined ? 'all sources' : `the source ${source.name}`;
    display.notice('started', `Forwarding the webhooks of ${what} to ${url.href}.`);
    if (!journal.isNew) display.notice('continued', CONTINUED);
    try {
      await listener.run();
    } finally {
      display.end();
    }
  } finally {
    release();
  }
}

const CONTINUED = 'Continuing after the last webhook that this target has got; --reset starts over.';

/** A list with keys for a person, and lines for a pipe. */
function displayOf({ json, tui }: ListenOptions, actions: DeliveryActions): Display {
  if (json === true) return new JsonDisplay();
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return isTerminal && tui !== false ? new ListDisplay(actions) : new LineDisplay();
}

function openJournal(file: string, { reset }: ListenOptions): Journal {
  if (reset === true) rmSync(file, { force: true });
  return Journal.open(file);
}

const journalFile = (key: readonly string[]): string => {
  const name = createHash('sha256').update(key.join('\n')).digest('hex').slice(0, 32);
  return join(environment.stateDirectory, 'listen', `${name}.jsonl`);
};

function lock(path: string, url: URL): () => void {
  const release = lockFile(path);
  if (typeof release !== 'number') return release;
  throw new CliError('listen.running', `Process ${release} forwards to ${url.href} already.`, EXIT.conflict, {
    hint: 'End it first, or choose another target.',
  });
}

async function requireBodies({ api }: Connection, ws: string): Promise<void> {
  const { permissions } = await answer(api.GET('/v1/workspaces/{ws}', { params: { path: { ws } } }));
  const missing = ['webhooks:read', 'webhooks:bodies'].filter((one) => !permissions.includes(one));
  if (missing.length === 0) return;
  throw new CliError('permission.denied', `Forwarding requires ${missing.join(' and ')}.`, EXIT.denied, {
    hint: 'Ask a user who manages members; an API key needs both in its scopes.',
  });
}

async function sourceOf(connection: Connection, ws: string, options: ListenOptions): Promise<Source | undefined> {
  const { source, makeSource: provider } = options;
  if (provider !== undefined) {
    return makeSource(connection, ws, {
      provider,
      name: source ?? `listen-${provider}`,
      options: options.option ?? [],
    });
  }
  if (options.option !== undefined) throw usageError('--option requires --make-source.');
  return source === undefined ? undefined : sourceNamed(await allSources(connection.api, ws), source);
}

/** The channel of the workspace, and those of sources that have one of their own now. */
async function allChannels({ api }: Connection, ws: string): Promise<string[]> {
  const sources = await allSources(api, ws);
  return [...new Set([`webhooks:${ws}`, ...sources.map(({ channel }) => channel)])];
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.map((line) => {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) throw usageError(`${line} is not a header.`, 'Write --header "X-Gitlab-Token: secret".');
    return [name.toLowerCase(), value ?? ''];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 3_600) return seconds;
  throw usageError(`${text} is not a number of seconds between 0 and 3600.`);
}
