/**
 * Settles as `answer` does. The work behind the answer goes on when it is late.
 * @throws the error of `late` after this many milliseconds
 */
export async function inTime<Answer>(answer: Promise<Answer>, ms: number, late: () => Error): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}
