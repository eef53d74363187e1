import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

const LIMITS = { burst: 100, perSecond: 10 };

const spend = (allowance: TokenBucket, times: number, now: number) =>
  Array.from({ length: times }, () => allowance.spend(now));

describe('Allowance', () => {
  it('grants a burst of 100 and refuses what comes on top', () => {
    const answers = spend(new TokenBucket(0, LIMITS), 101, 0);
    expect(answers.slice(0, 100)).not.toContain('refused');
    expect(answers[100]).toBe('refused');
  });

  it('grants ten a second for ever', () => {
    const allowance = new TokenBucket(0, LIMITS);
    for (let second = 1; second < 600; second++) {
      expect(spend(allowance, 10, second * 1_000)).not.toContain('refused');
    }
  });

  it('calls it abuse when a client goes on for another 100', () => {
    expect(spend(new TokenBucket(0, LIMITS), 200, 0).at(-1)).toBe('abuse');
  });

  it('shared by many, is not used up by what it refuses', () => {
    const allowance = new TokenBucket(0, LIMITS);
    expect(Array.from({ length: 10_000 }, () => allowance.take(0)).filter(Boolean)).toHaveLength(100);
    expect(Array.from({ length: 20 }, () => allowance.take(1_000)).filter(Boolean)).toHaveLength(10);
  });

  it('takes any amount whole or not at all', () => {
    const allowance = new TokenBucket(0, LIMITS);
    expect(allowance.take(0, 60)).toBe(true);
    expect(allowance.hasTokens(0, 41)).toBe(false);
    expect(allowance.take(0, 41)).toBe(false);
    expect(allowance.take(0, 40)).toBe(true);
  });

  it('takes what is larger than a burst for a whole one, or it would never be granted', () => {
    const allowance = new TokenBucket(0, LIMITS);
    expect(allowance.take(0, 5_000)).toBe(true);
    expect(allowance.take(9_900, 5_000)).toBe(false);
    expect(allowance.take(10_000, 5_000)).toBe(true);
  });

  it('lets whoever is charged more than he has wait until it is there again', () => {
    const allowance = new TokenBucket(0, LIMITS);
    expect(allowance.charge(0, 100)).toBe(0);
    expect(allowance.charge(0, 30)).toBe(3_000);
    expect(allowance.charge(1_000, 10)).toBe(3_000);
    expect(allowance.charge(5_000, 10)).toBe(0);
  });

  it('takes nothing away when the clock is set back', () => {
    const allowance = new TokenBucket(3_600_000, LIMITS);
    expect(allowance.take(0, 100)).toBe(true);
    expect(allowance.take(1_000, 10)).toBe(true);
  });

  it('does not save up more than a burst', () => {
    expect(spend(new TokenBucket(0, LIMITS), 101, 3_600_000).at(-1)).toBe('refused');
  });
});
