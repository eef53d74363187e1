import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

const LIMITS = { burst: 100, perSecond: 10 };

const spend = (bucket: TokenBucket, times: number, now: number) =>
  Array.from({ length: times }, () => bucket.spend(now));

describe('TokenBucket', () => {
  it('grants a burst of 100 and refuses further calls', () => {
    const answers = spend(new TokenBucket(0, LIMITS), 101, 0);
    expect(answers.slice(0, 100)).not.toContain('refused');
    expect(answers[100]).toBe('refused');
  });

  it('grants ten per second indefinitely', () => {
    const bucket = new TokenBucket(0, LIMITS);
    for (let second = 1; second < 600; second++) {
      expect(spend(bucket, 10, second * 1_000)).not.toContain('refused');
    }
  });

  it('reports abuse after another 100 calls', () => {
    expect(spend(new TokenBucket(0, LIMITS), 200, 0).at(-1)).toBe('abuse');
  });

  it('is not drained by refused takes', () => {
    const bucket = new TokenBucket(0, LIMITS);
    expect(Array.from({ length: 10_000 }, () => bucket.take(0)).filter(Boolean)).toHaveLength(100);
    expect(Array.from({ length: 20 }, () => bucket.take(1_000)).filter(Boolean)).toHaveLength(10);
  });

  it('takes an amount completely or not at all', () => {
    const bucket = new TokenBucket(0, LIMITS);
    expect(bucket.take(0, 60)).toBe(true);
    expect(bucket.hasTokens(0, 41)).toBe(false);
    expect(bucket.take(0, 41)).toBe(false);
    expect(bucket.take(0, 40)).toBe(true);
  });

  it('treats an amount above the burst as a whole burst', () => {
    const bucket = new TokenBucket(0, LIMITS);
    expect(bucket.take(0, 5_000)).toBe(true);
    expect(bucket.take(9_900, 5_000)).toBe(false);
    expect(bucket.take(10_000, 5_000)).toBe(true);
  });

  it('returns the wait until a charge above the balance is refilled', () => {
    const bucket = new TokenBucket(0, LIMITS);
    expect(bucket.charge(0, 100)).toBe(0);
    expect(bucket.charge(0, 30)).toBe(3_000);
    expect(bucket.charge(1_000, 10)).toBe(3_000);
    expect(bucket.charge(5_000, 10)).toBe(0);
  });

  it('removes no tokens when the clock is set back', () => {
    const bucket = new TokenBucket(3_600_000, LIMITS);
    expect(bucket.take(0, 100)).toBe(true);
    expect(bucket.take(1_000, 10)).toBe(true);
  });

  it('does not accumulate more than a burst', () => {
    expect(spend(new TokenBucket(0, LIMITS), 101, 3_600_000).at(-1)).toBe('refused');
  });
});
