import { describe, expect, it } from '@jest/globals';
import { MemoryCallCounter } from './call-counter.js';

describe('MemoryCallCounter', () => {
  it('counts each key separately', async () => {
    const counter = new MemoryCallCounter();
    expect([await counter.count('a', 1), await counter.count('a', 1), await counter.count('b', 1)]).toEqual([1, 2, 1]);
  });

  it('starts again in the next window', async () => {
    const counter = new MemoryCallCounter();
    await counter.count('a', 1);
    expect(await counter.count('a', 2)).toBe(1);
  });

  it('evicts the least recently used key above the limit', async () => {
    const counter = new MemoryCallCounter(2);
    for (const key of ['a', 'b', 'a', 'c']) await counter.count(key, 1);
    expect(await counter.count('a', 1)).toBe(3);
    expect(await counter.count('b', 1)).toBe(1);
  });
});
