/**
 * Runs `work` every `everyMs` with a jitter of 20 %, so that processes do not run in lockstep. The next run is
 * scheduled when the previous one has ended; errors go to `onError`.
 * @returns a function that stops the runs and resolves when a running one has ended
 */
export function runEvery(
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(run, everyMs * (0.8 + Math.random() * 0.4)).unref();
  };
  const run = () => {
    running = work()
      .catch(onError)
      .finally(() => stopped || schedule());
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
