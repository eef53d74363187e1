import { Buffer } from 'node:buffer';
import { BUS_MESSAGE_BYTES, type Bus } from '../bus/bus.js';
import type { EventOrigin, LoggedEvent } from './logged-event.js';

/** The bus topic for hints that a channel has grown, for processes that follow the channel. */
export const LOG_TOPIC = 'log';
/** The bus topic for the same hints without events, for processes that follow `GROWTH_KEY`. */
export const GROWTH_TOPIC = 'log-growth';
/** The key of the bus for processes that consume the events of all channels. */
export const GROWTH_KEY = 'log-growth';

/** `channel` of `epoch` has grown to `last`; includes the new events if they are small enough. */
export interface LogHint {
  readonly channel: string;
  readonly epoch: string;
  readonly last: number;
  /** Distinct types of the new events. */
  readonly types: readonly string[];
  readonly events: readonly LoggedEvent[];
}

/** Sends each hint to the processes that follow its channel, and all of them without events to the consumers. */
export function publishHints(bus: Bus, hints: readonly LogHint[]): void {
  for (const hint of hints) {
    const whole = writeHints([hint]);
    bus.publishTo(hint.channel, LOG_TOPIC, whole, writeCompactHint(hint, whole));
  }
  for (const message of writeGrowth(hints)) bus.publishTo(GROWTH_KEY, GROWTH_TOPIC, message);
}

/**
 * One line per channel, followed by one line per event, without its restricted part. JSON text contains no line breaks,
 * so events need no quoting by the writer and no parsing by the reader.
 */
export function writeHints(hints: readonly LogHint[]): string {
  return hints
    .flatMap(({ channel, epoch, last, types, events }) => [
      `${channel} ${epoch} ${last} ${events.length} ${types.join('+')}${writeOrigins(events)}${writeRestricted(events)}`,
      ...events.map((event) => event.json),
    ])
    .join('\n');
}

/** Origins at the end of a channel's line: ` <index>,<session>,<user>`. */
function writeOrigins(events: readonly LoggedEvent[]): string {
  return events.map(({ origin }, i) => (origin ? ` ${i},${origin.sessionId},${origin.userId}` : '')).join('');
}

function readOrigins(words: readonly string[]): Map<number, EventOrigin> {
  const origins = new Map<number, EventOrigin>();
  for (const word of words) {
    const [index, sessionId, userId] = word.split(',');
    if (sessionId !== undefined && userId !== undefined) origins.set(Number(index), { sessionId, userId });
  }
  return origins;
}

/** Restricted parts at the end of a channel's line: ` <index>,<base64url>`, which the release before skips. */
function writeRestricted(events: readonly LoggedEvent[]): string {
  return events
    .map(({ restricted }, i) => (restricted ? ` ${i},${Buffer.from(restricted).toString('base64url')}` : ''))
    .join('');
}

function readRestricted(words: readonly string[]): Map<number, string> {
  const parts = new Map<number, string>();
  for (const word of words) {
    const [index, encoded, ...others] = word.split(',');
    if (encoded === undefined || others.length > 0) continue;
    parts.set(Number(index), Buffer.from(encoded, 'base64url').toString());
  }
  return parts;
}

/** The hint for other processes: without events if they do not fit, since readers can look them up. */
export function writeCompactHint(hint: LogHint, whole: string): string {
  return Buffer.byteLength(whole) <= BUS_MESSAGE_BYTES ? whole : writeShort(hint);
}

/** The hints without events, in as many messages as necessary. */
export function writeGrowth(hints: readonly LogHint[]): string[] {
  const messages: string[] = [];
  for (const hint of hints) {
    const line = writeShort(hint);
    const longer = `${messages.at(-1) ?? ''}\n${line}`;
    if (messages.length > 0 && Buffer.byteLength(longer) <= BUS_MESSAGE_BYTES) messages[messages.length - 1] = longer;
    else messages.push(line);
  }
  return messages;
}

/** Publishers may use many types at once: without them the sweeps of consumers find the events. */
function writeShort(hint: LogHint): string {
  const line = writeHints([{ ...hint, events: [] }]);
  return Buffer.byteLength(line) <= BUS_MESSAGE_BYTES ? line : writeHints([{ ...hint, types: [], events: [] }]);
}

/** Messages may come from processes of another version: malformed ones are skipped, and the sweep finds the events. */
export function readHints(message: string): LogHint[] {
  const lines = message.split('\n');
  const hints: LogHint[] = [];
  for (let line = 0; line < lines.length;) {
    const [channel, epoch, last, carried, types, ...words] = (lines[line] ?? '').split(' ');
    if (channel === undefined || epoch === undefined || carried === undefined || types === undefined) return hints;
    const texts = lines.slice(line + 1, line + 1 + Number(carried));
    const first = Number(last) - texts.length + 1;
    const [origins, parts] = [readOrigins(words), readRestricted(words)];
    const events = texts.map((json, i): LoggedEvent => {
      const [origin, restricted] = [origins.get(i), parts.get(i)];
      return { offset: first + i, json, ...(restricted && { restricted }), ...(origin && { origin }) };
    });
    hints.push({ channel, epoch, last: Number(last), types: types.split('+'), events });
    line += 1 + texts.length;
  }
  return hints;
}
