import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batcher } from './batcher.js';

/** Records each batch; completes it on the next turn of the event loop. */
function script(fail: (questions: readonly number[]) => Error | undefined = () => undefined) {
  const asked: (readonly number[])[] = [];
  const questions = new Batcher<number, string>(async (batch) => {
    asked.push(batch);
    await nextTurn();
    const error = fail(batch);
    if (error !== undefined) throw error;
    return batch.map((question) => `answer ${question}`);
  });
  return { asked, questions };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('Batcher', () => {
  it('serves many requests with few calls, each with its own result', async () => {
    const { asked, questions } = script();
    const answers = await Promise.all(upTo(1_200).map((question) => questions.get(question)));
    expect(answers).toEqual(upTo(1_200).map((question) => `answer ${question}`));
    expect(asked.length).toBeLessThan(8);
    expect(asked.flat()).toEqual(upTo(1_200));
  });

  it('runs a single request at once', () => {
    const { asked, questions } = script();
    void questions.get(1);
    expect(asked).toEqual([[1]]);
  });

  it('never adds a request to a batch that has started', async () => {
    const { asked, questions } = script();
    const first = questions.get(1);
    const second = questions.get(2);
    await Promise.all([first, second]);
    expect(asked).toEqual([[1], [2]]);
  });

  it('fails all requests of a failed batch and serves later ones', async () => {
    const broken = new Error('no database');
    let down = true;
    const { questions } = script(() => (down ? broken : undefined));
    const results = await Promise.allSettled(upTo(10).map((question) => questions.get(question)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    down = false;
    expect(await questions.get(1)).toBe('answer 1');
  });

  it('isolates a request with a bad value', async () => {
    const { questions } = script((batch) =>
      batch.includes(7) ? Object.assign(new Error('invalid input syntax'), { code: '22P02' }) : undefined,
    );
    const results = await Promise.allSettled(upTo(20).map((question) => questions.get(question)));
    expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([7]);
  });
});
