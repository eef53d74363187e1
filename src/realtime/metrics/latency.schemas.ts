import { z } from 'zod';
import { windowFields } from '../../platform/traffic/rollups.js';

const percentiles = z.object({
  count: z.int().min(0).describe('measured webhooks: one of each batch, and of each gateway'),
  p50Ms: z.int().nullable(),
  p99Ms: z.int().nullable(),
});

export const latencyResponse = z
  .object({
    ...windowFields,
    total: percentiles.describe('of the whole window'),
    buckets: z.array(percentiles.extend({ at: z.iso.datetime() })).describe('oldest first, with the empty ones'),
  })
  .meta({ id: 'WebhookLatency' });

export type LatencyResponse = z.infer<typeof latencyResponse>;
