import type { FoundSpan, ReachedEvent } from './reach.store.js';
import type { ReachedSession } from './reach.schemas.js';

/**
 * Within this time all processes notice that the history went back. An event of the new history may have the offset of
 * one that was written before and is lost.
 */
const HISTORY_NOTICED_MS = 10_000;

/** The session of a subscription, and whether it was sent the event. */
export function sessionOutcome(event: ReachedEvent, span: FoundSpan): ReachedSession {
  const { userId, sessionId, nodeId, via, fromAt, reachedAt } = span;
  const outcome = outcomeOf(event, span);
  const isWritten = outcome === 'written' || outcome === 'echo';
  const after = Math.max(event.at.getTime(), fromAt.getTime());
  const before = Math.max(after, reachedAt.getTime());
  return {
    userId,
    sessionId,
    nodeId,
    via,
    outcome,
    writtenAfter: isWritten ? new Date(after).toISOString() : null,
    writtenBefore: isWritten ? new Date(before).toISOString() : null,
    recordedUntil: (span.toAt ?? span.reportedAt ?? fromAt).toISOString(),
  };
}

function outcomeOf(event: ReachedEvent, span: FoundSpan): ReachedSession['outcome'] {
  if (!isSameHistory(event, span)) return 'unknown';
  const isOfAuthor = span.sessionId === event.sessionId && span.userId === event.actor;
  if (event.offset <= span.reached) return isOfAuthor ? 'echo' : 'written';
  if (span.unknownUntil !== null || !span.isNodeAlive) return 'unknown';
  return span.reportedAt === null || span.reportedAt <= event.at ? 'unknown' : 'behind';
}

/** Whether the offset of the event meant this event when the subscription reached it. */
function isSameHistory({ at, epoch }: ReachedEvent, { epoch: epochThen, toAt }: FoundSpan): boolean {
  return epoch === epochThen || (toAt !== null && toAt.getTime() > at.getTime() + HISTORY_NOTICED_MS);
}
