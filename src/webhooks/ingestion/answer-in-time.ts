/** Senders time out early, some after one second, and treat a late response as a failure. */
export const ANSWER_WITHIN_MS = 1_500;

/** Extra time per MiB of body, for writing it. Bounds the response to 2.5 s for the largest allowed body. */
const MORE_PER_MIB_MS = 32;

export const answerWithinMs = (bytes: number): number => ANSWER_WITHIN_MS + (bytes / 1_048_576) * MORE_PER_MIB_MS;

/**
 * Settles like `work`, or rejects with `late()` after `withinMs`. Late work continues: a delivery may be stored
 * although the sender got an error, and its retry is recognised as a duplicate.
 */
export function answerInTime<Result>(work: Promise<Result>, late: () => Error, withinMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), withinMs);
    const ended =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer);
        settle(value);
      };
    void work.then(ended(resolve), ended(reject));
  });
}
