import { setTimeout as delay } from 'node:timers/promises';

/** A client breaks the protocol: the message says what it did, or did not do. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const POLL_MS = 10;
/** So much later than a limit a slow machine may act. */
export const SLACK_MS = 1_000;
/** A client with a delay of at most a second has reconnected and subscribed by then. */
export const SOON_MS = 5_000;

/** Waits until `find` returns a value. @throws Violation with `missing` after `withinMs` */
export async function eventually<Found>(
  missing: string | (() => string),
  find: () => Found | undefined | false,
  withinMs = SOON_MS,
): Promise<Found> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Violation(typeof missing === 'string' ? missing : missing());
    // The client and the server keep the process alive; a scenario that was given up does not.
    await delay(POLL_MS, undefined, { ref: false });
  }
}

export function expect(isMet: boolean, violated: string): void {
  if (!isMet) throw new Violation(violated);
}
