/**
 * Runs `work` every `everyMs`, give or take a fifth, so that processes don't march in step; the next run is planned when
 * the last has ended. A failure goes to `onError` and the next run comes as planned.
 * @returns a function that stops it and resolves when a run under way has ended
 */
export function runEvery(
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();
  const plan = () => {
    timer = setTimeout(run, everyMs * (0.8 + Math.random() * 0.4)).unref();
  };
  const run = () => {
    running = work()
      .catch(onError)
      .finally(() => stopped || plan());
  };
  plan();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
