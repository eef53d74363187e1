import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../../../test/support/app.js';
import { RedisCallCounter } from './redis-call-counter.js';

describe('RedisCallCounter', () => {
  it('counts in memory while Redis is unavailable', async () => {
    const counter = new RedisCallCounter(`redis://127.0.0.1:${await freePort()}`, 'test');
    try {
      expect(await counter.count('a', 1, 60_000)).toBe(1);
      expect(await counter.count('a', 1, 60_000)).toBe(2);
    } finally {
      counter.onApplicationShutdown();
    }
  });
});
