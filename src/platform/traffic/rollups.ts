import { z } from 'zod';
import { databaseNow } from '../clock/database-clock.js';
import { moment } from '../http/api/moment.js';

/** The figures of one row are those of as many seconds. */
export const MINUTE = 60;
export const HOUR = 3_600;

/** How long the rows are kept. */
export const MINUTES_KEPT_HOURS = 49;
export const HOURS_KEPT_DAYS = 31;

const SECONDS: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: 86_400 };
const MAX_BUCKETS = 1_500;
const HOUR_MS = HOUR * 1_000;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of time, cut into buckets of whole rows. */
export interface FiguresWindow {
  /** Both in milliseconds since 1970, multiples of the bucket. */
  readonly since: number;
  readonly until: number;
  readonly bucketSeconds: number;
  /** The length of the rows to read. */
  readonly rowSeconds: number;
}

const bucket = z
  .string()
  .regex(/^(?:minute|hour|day|[1-9]\d{0,6})$/, 'must be minute, hour, day or a number of seconds')
  .default('hour')
  .transform((text) => SECONDS[text] ?? Number(text))
  .describe('`minute`, `hour`, `day` or a number of seconds: whole minutes. Buckets begin at its multiples since 1970');

export interface FiguresQuery {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** In seconds. */
  readonly bucket: number;
}

/** The query of figures over time: see `windowOf`. */
export const figuresQuery = z
  .object({
    since: moment.optional().describe('24 hours before `until` by default; at most 31 days ago'),
    until: moment.optional().describe('now by default, and at most'),
    bucket,
  })
  .refine((query) => query.bucket % MINUTE === 0, { path: ['bucket'], message: 'must be whole minutes' })
  .refine((query) => beginOf(query) < endOf(query), { path: ['since'], message: 'must be before `until` and now' })
  .refine((query) => beginOf(query) > databaseNow() - (HOURS_KEPT_DAYS + 1) * DAY_MS, {
    path: ['since'],
    message: `must be at most ${HOURS_KEPT_DAYS} days ago`,
  })
  .refine((query) => (endOf(query) - beginOf(query)) / 1_000 / query.bucket <= MAX_BUCKETS, {
    path: ['bucket'],
    message: `must be at most ${MAX_BUCKETS} buckets`,
  })
  .refine((query) => query.bucket % HOUR === 0 || beginOf(query) > databaseNow() - MINUTES_KEPT_HOURS * HOUR_MS, {
    path: ['bucket'],
    message: 'must be whole hours for a time more than 48 hours ago',
  });

const endOf = ({ until }: FiguresQuery): number => Math.min(databaseNow(), Date.parse(until ?? '9999-01-01'));
const beginOf = (query: FiguresQuery): number =>
  query.since === undefined ? endOf(query) - DAY_MS : Date.parse(query.since);

/** Extends the query to whole buckets. */
export function windowOf(query: FiguresQuery): FiguresWindow {
  const ms = query.bucket * 1_000;
  return {
    since: Math.floor(beginOf(query) / ms) * ms,
    until: Math.ceil(endOf(query) / ms) * ms,
    bucketSeconds: query.bucket,
    rowSeconds: query.bucket % HOUR === 0 ? HOUR : MINUTE,
  };
}

export const windowFields = {
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  bucketSeconds: z.int(),
};

export const showWindow = ({ since, until, bucketSeconds }: FiguresWindow) => ({
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  bucketSeconds,
});

/** The times at which the buckets of a window begin. */
export function bucketTimes({ since, until, bucketSeconds }: FiguresWindow): number[] {
  return Array.from(
    { length: Math.round((until - since) / 1_000 / bucketSeconds) },
    (_, i) => since + i * bucketSeconds * 1_000,
  );
}
