import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

const OPTIONS = { firstMs: 1_000, maxMs: 600_000 };

describe('backoffMs', () => {
  it('doubles with every attempt up to the maximum', () => {
    expect([1, 2, 3, 10, 11, 60].map((attempts) => backoffMs(attempts, OPTIONS, () => 0))).toEqual([
      1_000, 2_000, 4_000, 512_000, 600_000, 600_000,
    ]);
  });

  it('subtracts up to 50 % of random jitter', () => {
    expect(backoffMs(1, OPTIONS, () => 0.999_999)).toBe(500);
    expect(backoffMs(1, OPTIONS, () => 0.5)).toBe(750);
  });
});
