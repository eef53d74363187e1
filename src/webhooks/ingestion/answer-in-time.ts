/** Senders give up soon, some after a second, and a late yes is a no to them. */
export const ANSWER_WITHIN_MS = 1_500;

/**
 * What `work` comes to, or after ANSWER_WITHIN_MS what `late` makes. Work that is late goes on: a delivery may be stored
 * although its sender was told otherwise, and is recognised when it comes again.
 */
export function answerInTime<Result>(work: Promise<Result>, late: () => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ANSWER_WITHIN_MS);
    const ended =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer);
        settle(value);
      };
    void work.then(ended(resolve), ended(reject));
  });
}
