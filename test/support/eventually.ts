import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Polls until `look` returns a value other than undefined and false.
 * @param what a sentence that becomes true, for the error message
 * @throws Error after `withinMs` milliseconds
 */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  withinMs = 20_000,
): Promise<Found> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}.`);
    await delay(POLL_MS);
  }
}
