import type { Schemas } from '../api.js';
import type { RecordedSession, RecordedSpan } from './recording-user.js';

/** How long the server may write to a connection that its client has lost. */
const NOTICED_MS = 2_000;

export interface Comparison {
  /** Sessions that the answer names or should name. */
  compared: number;
  /** The times of the events of unknown outcomes, in milliseconds since 1970. */
  readonly unknown: number[];
  readonly wrong: string[];
}

/** Compares the answer for one event with what the clients received. */
export function compareReach(
  { event, items }: Pick<Schemas['Reach'], 'event' | 'items'>,
  sessions: readonly RecordedSession[],
  comparison: Comparison,
): void {
  const outcomes = new Map<string, Set<string>>();
  for (const { sessionId, outcome } of items)
    outcomes.set(sessionId, (outcomes.get(sessionId) ?? new Set()).add(outcome));
  for (const session of sessions) {
    const told = outcomes.get(session.sessionId);
    const received = session.spans.some((span) => includes(span, event));
    if (told === undefined && !received) continue;
    comparison.compared++;
    if (told?.has('written') === true) {
      if (!received && !session.spans.some((span) => mayInclude(span, event)))
        comparison.wrong.push(`${event.channel} ${event.offset} was not written to ${session.sessionId}`);
    } else if (told?.has('unknown') === true) comparison.unknown.push(Date.parse(event.at));
    else if (received) comparison.wrong.push(`${event.channel} ${event.offset} was written to ${session.sessionId}`);
  }
}

type Event = Schemas['Reach']['event'];

const includes = ({ channel, after, last }: RecordedSpan, event: Event): boolean =>
  channel === event.channel && after < event.offset && event.offset <= last;

/** Whether the event may have been on its way when the connection was lost. */
const mayInclude = ({ channel, last, endedAt = Infinity, exact }: RecordedSpan, event: Event): boolean =>
  channel === event.channel && !exact && last < event.offset && Date.parse(event.at) < endedAt + NOTICED_MS;
