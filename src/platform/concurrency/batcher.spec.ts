import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batcher } from './batcher.js';

/** Notes what was asked at once; answers when it is let. */
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

describe('questions that are asked together', () => {
  it('are answered by few queries, each with its own answer', async () => {
    const { asked, questions } = script();
    const answers = await Promise.all(upTo(1_200).map((question) => questions.get(question)));
    expect(answers).toEqual(upTo(1_200).map((question) => `answer ${question}`));
    expect(asked.length).toBeLessThan(8);
    expect(asked.flat()).toEqual(upTo(1_200));
  });

  it('go at once when they come alone', () => {
    const { asked, questions } = script();
    void questions.get(1);
    expect(asked).toEqual([[1]]);
  });

  it('never join a query that has begun', async () => {
    const { asked, questions } = script();
    const first = questions.get(1);
    const second = questions.get(2);
    await Promise.all([first, second]);
    expect(asked).toEqual([[1], [2]]);
  });

  it('all fail with their query, and the next ones are asked again', async () => {
    const broken = new Error('no database');
    let down = true;
    const { questions } = script(() => (down ? broken : undefined));
    const results = await Promise.allSettled(upTo(10).map((question) => questions.get(question)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    down = false;
    expect(await questions.get(1)).toBe('answer 1');
  });

  it('do not suffer from one whose value is no good', async () => {
    const { questions } = script((batch) =>
      batch.includes(7) ? Object.assign(new Error('invalid input syntax'), { code: '22P02' }) : undefined,
    );
    const results = await Promise.allSettled(upTo(20).map((question) => questions.get(question)));
    expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([7]);
  });
});
