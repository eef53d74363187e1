import type { LoggedEvent } from './logged-event.js';
import { words } from '../words/words.js';

const MAX_SUMMARY = 160;

// Lists ask again at each rendering.
const summaries = new WeakMap<object, string>();
const texts = new WeakMap<object, string>();

/** One line about an event: its title, or the begin of its payload. */
export function summaryOf({ payload }: Pick<LoggedEvent, 'payload'>): string {
  if (typeof payload !== 'object' || payload === null) return JSON.stringify(payload) ?? '';
  let summary = summaries.get(payload);
  if (summary === undefined) {
    const { title, name } = payload as { title?: unknown; name?: unknown };
    const line = [title, name].find((value) => typeof value === 'string' && value !== '');
    summary = (typeof line === 'string' ? line : JSON.stringify(payload)).slice(0, MAX_SUMMARY);
    summaries.set(payload, summary);
  }
  return summary;
}

/** The text in which a filter searches, in lower case. */
export function textOf(event: LoggedEvent): string {
  const kept = texts.get(event);
  if (kept !== undefined) return kept;
  const text = `${event.type} ${event.channel} ${JSON.stringify(event.payload)}`.toLowerCase();
  texts.set(event, text);
  return text;
}

/** The name of a channel within its workspace, e.g. `webhooks` or `orders/42`. */
export function channelLabel(channel: string): string {
  const noun = channel.slice(0, channel.indexOf(':'));
  const slash = channel.indexOf('/');
  if (noun === 'user') return words.channels.own;
  if (slash === -1) return noun;
  return noun === 'topic' ? channel.slice(slash + 1) : `${noun}/${channel.slice(slash + 1)}`;
}

/** The parts of `channel@offset`, by which an address names an event. */
export function placeIn(at: string | undefined): { readonly channel: string; readonly offset: number } | undefined {
  const end = at?.lastIndexOf('@') ?? -1;
  const offset = Number(at?.slice(end + 1));
  return at === undefined || end < 1 || !Number.isSafeInteger(offset)
    ? undefined
    : { channel: at.slice(0, end), offset };
}
