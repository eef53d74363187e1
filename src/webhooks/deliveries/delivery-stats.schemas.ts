import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { moment } from '../../platform/http/api/moment.js';
import { isWindow, WINDOW_RULE } from './delivery-filter.js';

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };
const MAX_BUCKETS = 1_500;
const DEFAULT_WINDOW_SECONDS = 86_400;

const bucket = z
  .string()
  .regex(/^(?:minute|hour|day|[1-9]\d{0,6})$/, 'must be minute, hour, day or a number of seconds')
  .default('hour')
  .transform((text) => SECONDS[text] ?? Number(text));

export const statsQuery = z
  .object({
    since: moment.optional().describe('24 hours before `until` by default'),
    until: moment.optional().describe('now by default'),
    bucket: bucket.describe(
      '`minute`, `hour`, `day` or a number of seconds; buckets begin at its multiples since 1970',
    ),
    sourceId: z.uuid().optional(),
  })
  .refine(isWindow, WINDOW_RULE)
  .refine(({ bucket: seconds, ...window }) => secondsIn(window) / seconds <= MAX_BUCKETS, {
    path: ['bucket'],
    message: `must be at most ${MAX_BUCKETS} buckets; name \`until\` as well for an earlier window`,
  });

function secondsIn({ since, until }: { since?: string | undefined; until?: string | undefined }): number {
  if (since === undefined) return DEFAULT_WINDOW_SECONDS;
  return ((until === undefined ? databaseNow() : Date.parse(until)) - Date.parse(since)) / 1_000;
}

const counted = z.int().min(0);

export const statsResponse = z
  .object({
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    bucketSeconds: z.int(),
    buckets: z
      .array(z.object({ at: z.iso.datetime(), received: counted, processed: counted, failed: counted }))
      .describe('oldest first, with the empty ones'),
    countedSince: z.iso.datetime().describe('`since`, or the oldest delivery that was counted before the limit'),
    stopped: z.boolean().describe('true if the window has more than 200,000 deliveries: only the newest are counted'),
  })
  .meta({ id: 'DeliveryStats' });

export type StatsQuery = z.infer<typeof statsQuery>;
export type StatsResponse = z.infer<typeof statsResponse>;
