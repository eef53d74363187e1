import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StepRunner } from './step-runner.js';

describe('StepRunner', () => {
  it('runs a task until a step returns false, and no second time meanwhile', async () => {
    const steps: string[] = [];
    const runner = new StepRunner(
      async (taskId) => {
        await nextTurn();
        return steps.push(taskId) < 3;
      },
      async () => undefined,
    );
    runner.start('a');
    runner.start('a');
    while (steps.length < 3) await nextTurn();
    await nextTurn();
    expect(steps).toHaveLength(3);
    runner.start('a');
    await runner.stop();
    expect(steps).toHaveLength(4);
  });

  it('reports the error of a step, and runs the other tasks', async () => {
    const failed: unknown[] = [];
    const ended: string[] = [];
    const runner = new StepRunner(
      async (taskId) => {
        if (taskId === 'bad') throw new Error('broken');
        ended.push(taskId);
        return false;
      },
      async (taskId, error) => void failed.push([taskId, String(error)]),
    );
    runner.start('bad');
    runner.start('good');
    await runner.stop();
    expect(failed).toEqual([['bad', 'Error: broken']]);
    expect(ended).toEqual(['good']);
  });

  it('begins no further step after stop', async () => {
    const steps: string[] = [];
    const runner = new StepRunner(
      async (taskId) => {
        steps.push(taskId);
        await nextTurn();
        return true;
      },
      async () => undefined,
    );
    runner.start('a');
    while (steps.length < 2) await nextTurn();
    await runner.stop();
    const ended = steps.length;
    runner.start('b');
    await nextTurn();
    expect(steps).toHaveLength(ended);
  });
});
