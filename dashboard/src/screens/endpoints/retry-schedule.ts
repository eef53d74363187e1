import type { Schemas } from '../../api/api.js';

export type Retries = Schemas['Endpoint']['retries'];

const MINUTE = 60;
const HOUR = 3_600;

/** The pauses of the presets in seconds, as docs/outbound-webhooks.md names them. */
const PAUSES: Readonly<Record<Extract<Retries, string>, readonly number[]>> = {
  standard: [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  quick: [5, 15, MINUTE, 3 * MINUTE, 5 * MINUTE],
  none: [],
};

/** The pauses between the attempts, in seconds. */
export const pausesOf = (retries: Retries): readonly number[] =>
  typeof retries === 'string' ? PAUSES[retries] : retries;

/** The time of each attempt after the first one, in seconds, without jitter. */
export function attemptTimes(pauses: readonly number[]): number[] {
  let at = 0;
  return [0, ...pauses.map((pause) => (at += pause))];
}
