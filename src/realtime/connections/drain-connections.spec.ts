import { describe, expect, it } from '@jest/globals';
import { planDrain } from './drain-connections.js';

const planFor = (count: number) => Array.from({ length: count }, (_, i) => planDrain(i, count));

/** The maximum number of reconnects within one second, if all clients follow the plan. */
function busiestSecond(count: number): number {
  const seconds = new Map<number, number>();
  for (const { closeInMs, reconnectInMs } of planFor(count)) {
    const second = Math.floor((closeInMs + reconnectInMs) / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(...seconds.values());
}

describe('draining connections', () => {
  it.each([1, 100, 3_000, 10_000, 50_000])('spreads the reconnects of %i clients at about 1,000 a second', (count) => {
    expect(busiestSecond(count)).toBeLessThan(1_300);
  });

  it('takes at most 4 s for 50,000 sockets, and less than 1 s for a few', () => {
    expect(Math.max(...planFor(50_000).map(({ closeInMs }) => closeInMs))).toBeLessThanOrEqual(4_000);
    expect(Math.max(...planFor(100).map(({ closeInMs, reconnectInMs }) => closeInMs + reconnectInMs))).toBeLessThan(
      1_000,
    );
  });

  it('keeps each socket open for as long as possible instead of making its client wait', () => {
    for (const { reconnectInMs } of planFor(4_000)) expect(reconnectInMs).toBeLessThanOrEqual(501);
  });
});
