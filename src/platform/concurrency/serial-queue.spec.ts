import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { SerialQueue } from './serial-queue.js';

describe('a serial queue', () => {
  it('runs one piece of work after another, in the order of the calls', async () => {
    const queue = new SerialQueue();
    const steps: string[] = [];
    const work = (name: string, ms: number) => async () => {
      steps.push(`${name} begins`);
      await delay(ms);
      steps.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([queue.run(work('slow', 20)), queue.run(work('quick', 0))]);
    expect(results).toEqual(['slow', 'quick']);
    expect(steps).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
  });

  it('goes on after a failure, which only its own caller sees', async () => {
    const queue = new SerialQueue();
    const failed = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(() => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('done');
  });
});
