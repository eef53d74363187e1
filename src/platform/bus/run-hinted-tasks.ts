import { runEvery } from '../concurrency/run-every.js';
import { StepRunner } from '../concurrency/step-runner.js';
import type { Bus } from './bus.js';

const SWEEP_MS = 5_000;

/** Tasks that rows of the database describe, with the progress of their steps. */
export interface HintedTasks {
  /** The bus topic for the id of a new task. */
  readonly topic: string;
  /** Returns tasks without progress, whose hint was lost or whose worker crashed, and hides them from later calls. */
  readonly takeLost: () => Promise<readonly string[]>;
  /** @returns false when the task has ended or another worker runs it */
  readonly step: (taskId: string) => Promise<boolean>;
  /** The run of the task has ended; the sweep may start it again. Must not reject. */
  readonly onError: (taskId: string, error: unknown) => Promise<void>;
  readonly onSweepError: (error: unknown) => void;
}

/**
 * Runs the steps of each task: a hint on the bus starts a new one, and a sweep finds those that were lost.
 * @returns a function that begins no further step and resolves when those under way have ended
 */
export function runHintedTasks(
  bus: Bus,
  { topic, takeLost, step, onError, onSweepError }: HintedTasks,
): () => Promise<void> {
  const runner = new StepRunner(step, onError);
  const stopListening = bus.listen(topic, (taskId) => runner.start(taskId));
  const sweep = async () => {
    for (const taskId of await takeLost()) runner.start(taskId);
  };
  const stopSweeping = runEvery(SWEEP_MS, sweep, onSweepError);
  return async () => {
    stopListening();
    await stopSweeping();
    await runner.stop();
  };
}
