/** Senders give up soon, some after a second, and a late yes is a no to them. */
export const ANSWER_WITHIN_MS = 1_500;

/** What each mebibyte may add: to write a body of the largest size takes a second. With it an answer comes within 2.5 s. */
const MORE_PER_MIB_MS = 32;

export const answerWithinMs = (bytes: number): number => ANSWER_WITHIN_MS + (bytes / 1_048_576) * MORE_PER_MIB_MS;

/**
 * What `work` comes to, or after `withinMs` what `late` makes. Work that is late goes on: a delivery may be stored
 * although its sender was told otherwise, and is recognised when it comes again.
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
