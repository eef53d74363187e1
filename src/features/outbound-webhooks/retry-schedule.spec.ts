import { describe, expect, it } from '@jest/globals';
import { pauseAfter, spanOf, type Retries } from './retry-schedule.js';

const HOUR = 3_600_000;

describe('the retry schedule', () => {
  it('spreads ten attempts over more than three days', () => {
    const pauses: number[] = [];
    for (let attempts = 1, pause = pauseAfter(1, 0, 'standard', () => 0); pause !== undefined;) {
      pauses.push(pause);
      pause = pauseAfter(++attempts, 0, 'standard', () => 0);
    }
    expect(pauses).toHaveLength(9);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(72 * HOUR);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  it('adds up to 20 % of random jitter', () => {
    expect(pauseAfter(1, 0, 'standard', () => 0)).toBe(5_000);
    expect(pauseAfter(1, 0, 'standard', () => 1)).toBe(6_000);
  });

  it('is another with a preset or a list of seconds', () => {
    const pauses = (retries: Retries) => [1, 2, 3].map((attempts) => pauseAfter(attempts, 0, retries, () => 0));
    expect(pauses('none')).toEqual([undefined, undefined, undefined]);
    expect(pauses('quick')).toEqual([5_000, 15_000, 60_000]);
    expect(pauses([2, 7])).toEqual([2_000, 7_000, undefined]);
  });

  it('honours a longer Retry-After of the receiver, up to 24 hours', () => {
    expect(pauseAfter(1, 60_000)).toBe(60_000);
    expect(pauseAfter(1, 1_000 * HOUR)).toBe(24 * HOUR);
  });

  it('has a span from the first attempt to the last', () => {
    expect([spanOf('none'), spanOf('quick'), spanOf([2, 7])]).toEqual([0, 560_000, 9_000]);
  });
});
