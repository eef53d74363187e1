/** Senders give up soon, some after a second, and a late yes is a no to them. */
export const ANSWER_WITHIN_MS = 1_500;

/**
 * What `work` comes to, or after ANSWER_WITHIN_MS what `late` makes. Work that is late goes on: a delivery may be stored
 * although its sender was told otherwise, and is recognised when it comes again.
 */
export async function answerInTime<Result>(work: Promise<Result>, late: () => Error): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
