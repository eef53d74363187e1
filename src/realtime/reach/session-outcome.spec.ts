import { describe, expect, it } from '@jest/globals';
import type { FoundSpan, ReachedEvent } from './reach.store.js';
import { sessionOutcome } from './session-outcome.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

const event: ReachedEvent = {
  id: 'an event',
  type: 'thing:happened',
  channel: 'things:1',
  channelId: '1',
  epoch: 'now',
  offset: 10,
  at: at(20),
  actor: 'ada',
  sessionId: 'of ada',
};

/** A subscription that was open from second 0 to second 50 and reached offset 30. */
const ended: FoundSpan = {
  nodeId: 'n',
  number: '1',
  userId: 'bob',
  sessionId: 'of bob',
  via: 'ws',
  epoch: 'now',
  fromAt: at(0),
  toAt: at(50),
  unknownUntil: null,
  reached: 30,
  reachedAt: at(50),
  reportedAt: null,
  isNodeAlive: false,
};
const open: FoundSpan = { ...ended, toAt: null, reachedAt: at(25), reportedAt: at(49), isNodeAlive: true };
const lost: FoundSpan = { ...ended, unknownUntil: at(53) };

describe('the outcome of a session', () => {
  it.each<[string, FoundSpan, string]>([
    ['written, when its subscription ended behind the event', ended, 'written'],
    ['written, when its open subscription was reported behind the event', open, 'written'],
    ['written, when its node died after it had reported it', lost, 'written'],
    ['an echo, for the session that the author named', { ...ended, userId: 'ada', sessionId: 'of ada' }, 'echo'],
    ['written, for the session of another user that the author named', { ...ended, sessionId: 'of ada' }, 'written'],
    ['behind, when it was reported before the event, after the event', { ...open, reached: 9 }, 'behind'],
    ['unknown, when its node has not reported since', { ...open, reached: 9, reportedAt: at(20) }, 'unknown'],
    ['unknown, when its node may not send any more', { ...open, reached: 9, isNodeAlive: false }, 'unknown'],
    ['unknown, when its node died before it reported it', { ...lost, reached: 9 }, 'unknown'],
    ['written, when the history changed long after the event', { ...ended, epoch: 'before' }, 'written'],
    ['unknown, when the history changed soon after', { ...ended, epoch: 'before', toAt: at(25) }, 'unknown'],
    ['unknown, when its node has not noticed yet', { ...open, epoch: 'before' }, 'unknown'],
  ])('is %s', (_, span, outcome) => {
    expect(sessionOutcome(event, span).outcome).toBe(outcome);
  });

  it('has the time of the event, or the begin of the subscription, as the earliest time of the write', () => {
    expect(sessionOutcome(event, ended)).toMatchObject({
      writtenAfter: at(20).toISOString(),
      writtenBefore: at(50).toISOString(),
    });
    expect(sessionOutcome(event, { ...ended, fromAt: at(30) })).toMatchObject({ writtenAfter: at(30).toISOString() });
  });

  it('has the first report behind the event as the latest time of the write', () => {
    expect(sessionOutcome(event, open)).toMatchObject({
      writtenBefore: at(25).toISOString(),
      recordedUntil: at(49).toISOString(),
    });
  });

  it('has no time of a write that is not certain', () => {
    expect(sessionOutcome(event, { ...open, reached: 9 })).toMatchObject({ writtenAfter: null, writtenBefore: null });
  });
});
