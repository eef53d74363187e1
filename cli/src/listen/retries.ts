import { setTimeout as delay } from 'node:timers/promises';
import { CliError, EXIT } from '../errors.js';

const MIN_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;

export interface Trouble {
  /** Called with the first error of a series. */
  began(error: CliError): void;
  ended(): void;
}

/** Ends early when the signal is aborted. */
export const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal }).catch(() => undefined);
};

/**
 * Repeats a call of the API until it succeeds, for as long as its errors are of the network or of an overloaded server.
 * @returns undefined when the signal is aborted
 * @throws CliError of another kind
 */
export async function untilAnswered<Result>(
  call: () => Promise<Result>,
  signal: AbortSignal,
  trouble: Trouble,
): Promise<Result | undefined> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const result = await call();
      if (tries > 0) trouble.ended();
      return result;
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.unavailable) throw error;
      if (tries === 0) trouble.began(error);
      const ceiling = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** tries);
      await sleep(error.details.retryAfterMs ?? ceiling * (0.5 + Math.random() / 2), signal);
    }
  }
  return undefined;
}
