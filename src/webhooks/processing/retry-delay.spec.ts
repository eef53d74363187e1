import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from './retry-delay.js';

describe('retryDelayMs', () => {
  it('doubles with every attempt up to ten minutes', () => {
    expect([1, 2, 3, 10, 11, 60].map((attempts) => retryDelayMs(attempts, () => 0))).toEqual([
      1_000, 2_000, 4_000, 512_000, 600_000, 600_000,
    ]);
  });

  it('subtracts up to 50 % of random jitter', () => {
    expect(retryDelayMs(1, () => 0.999_999)).toBe(500);
    expect(retryDelayMs(1, () => 0.5)).toBe(750);
  });
});
