import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batcher } from './batcher.js';

class BadRequest extends Error {}

/** A batcher whose work records each batch and returns a turn later. */
function recording(failureOf: (requests: readonly number[]) => Error | undefined = () => undefined) {
  const batches: (readonly number[])[] = [];
  const work = async (requests: readonly number[]) => {
    batches.push(requests);
    await nextTurn();
    const error = failureOf(requests);
    if (error !== undefined) throw error;
    return requests.map((request) => `result ${request}`);
  };
  return { batches, batcher: new Batcher<number, string>(work, (error) => error instanceof BadRequest) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a batcher', () => {
  it('serves many requests with few batches, each request with its own result', async () => {
    const { batches, batcher } = recording();
    const results = await Promise.all(upTo(1_200).map((request) => batcher.get(request)));
    expect(results).toEqual(upTo(1_200).map((request) => `result ${request}`));
    expect(batches.length).toBeLessThan(8);
    expect(batches.flat()).toEqual(upTo(1_200));
  });

  it('runs a request at once when it comes alone', () => {
    const { batches, batcher } = recording();
    void batcher.get(1);
    expect(batches).toEqual([[1]]);
  });

  it('adds no request to a batch that has begun', async () => {
    const { batches, batcher } = recording();
    const first = batcher.get(1);
    const second = batcher.get(2);
    await Promise.all([first, second]);
    expect(batches).toEqual([[1], [2]]);
  });

  it('fails every request of a batch that fails, and serves the next ones', async () => {
    let isDown = true;
    const { batcher } = recording(() => (isDown ? new Error('no database') : undefined));
    const results = await Promise.allSettled(upTo(10).map((request) => batcher.get(request)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    isDown = false;
    expect(await batcher.get(1)).toBe('result 1');
  });

  it('fails a bad request alone', async () => {
    const { batcher } = recording((requests) => (requests.includes(7) ? new BadRequest() : undefined));
    const results = await Promise.allSettled(upTo(20).map((request) => batcher.get(request)));
    expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([7]);
  });
});
