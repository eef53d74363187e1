import { describe, expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';

const LIMITS = { burst: 100, perSecond: 10 };

const spend = (allowance: Allowance, times: number, now: number) =>
  Array.from({ length: times }, () => allowance.spend(now));

describe('Allowance', () => {
  it('grants a burst of 100 and refuses what comes on top', () => {
    const answers = spend(new Allowance(0, LIMITS), 101, 0);
    expect(answers.slice(0, 100)).not.toContain('refused');
    expect(answers[100]).toBe('refused');
  });

  it('grants ten a second for ever', () => {
    const allowance = new Allowance(0, LIMITS);
    for (let second = 1; second < 600; second++) {
      expect(spend(allowance, 10, second * 1_000)).not.toContain('refused');
    }
  });

  it('calls it abuse when a client goes on for another 100', () => {
    expect(spend(new Allowance(0, LIMITS), 200, 0).at(-1)).toBe('abuse');
  });

  it('shared by many, is not used up by what it refuses', () => {
    const allowance = new Allowance(0, LIMITS);
    expect(Array.from({ length: 10_000 }, () => allowance.take(0)).filter(Boolean)).toHaveLength(100);
    expect(Array.from({ length: 20 }, () => allowance.take(1_000)).filter(Boolean)).toHaveLength(10);
  });

  it('does not save up more than a burst', () => {
    expect(spend(new Allowance(0, LIMITS), 101, 3_600_000).at(-1)).toBe('refused');
  });
});
