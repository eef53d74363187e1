import { describe, expect, it } from '@jest/globals';
import { Coalescer } from './coalescer.js';

/** Work whose runs end when the test says so. */
function steps() {
  const ends: Array<(error?: Error) => void> = [];
  const work = () =>
    new Promise<void>((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))));
  return { ends, coalescer: new Coalescer(work) };
}

/** Lets everything run that waits for a promise. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a coalescer', () => {
  it('runs the work at once when no run is under way', () => {
    const { ends, coalescer } = steps();
    void coalescer.request();
    expect(ends).toHaveLength(1);
  });

  it('follows a run with exactly one more, however many calls arrived during it', async () => {
    const { ends, coalescer } = steps();
    const first = coalescer.request();
    const later = [coalescer.request(), coalescer.request(), coalescer.request()];
    ends[0]?.();
    await first;
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await Promise.all(later);
    await settled();
    expect(ends).toHaveLength(2);
  });

  it('tells a call the outcome of a run that began after it, not of the one under way', async () => {
    const { ends, coalescer } = steps();
    const first = coalescer.request();
    const later = coalescer.request();
    ends[0]?.(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await settled();
    ends[1]?.();
    await expect(later).resolves.toBeUndefined();
  });

  it('is idle only after the requested run has ended too', async () => {
    const { ends, coalescer } = steps();
    void coalescer.request();
    void coalescer.request();
    let idle = false;
    const waiting = coalescer.idle().then(() => (idle = true));
    ends[0]?.();
    await settled();
    expect(idle).toBe(false);
    ends[1]?.();
    await waiting;
  });

  it('never runs twice at a time, also for calls in the moment in which a run ends', async () => {
    let running = 0;
    let most = 0;
    const coalescer = new Coalescer(async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
    });
    const requests = [coalescer.request(), coalescer.request()];
    // One call in each microtask around the end of the first run.
    const ended = requests[0]?.then(async () => {
      for (let i = 0; i < 10; i++) {
        requests.push(coalescer.request());
        await Promise.resolve();
      }
    });
    await ended;
    await Promise.all(requests);
    expect(most).toBe(1);
  });
});
