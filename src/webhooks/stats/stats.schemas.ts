import { z } from 'zod';
import { windowFields } from '../../platform/traffic/rollups.js';

const counted = z.int().min(0);

export const workspaceStatsResponse = z
  .object({
    ...windowFields,
    buckets: z
      .array(
        z.object({
          at: z.iso.datetime(),
          webhooks: counted.nullable().describe('accepted webhooks; null without `webhooks:read`'),
          events: counted.describe('events appended to the channels of the workspace'),
          sent: counted.describe('events written to connections, counted once per connection'),
        }),
      )
      .describe('oldest first, with the empty ones; the last one lacks what processes counted in the last seconds'),
    backlog: z
      .object({
        count: counted,
        oldestAt: z.iso.datetime().nullable(),
        stopped: z.boolean().describe('true if more than 20,000 deliveries of the installation wait: a lower bound'),
      })
      .nullable()
      .describe('deliveries that wait for a worker; null without `webhooks:read`'),
  })
  .meta({ id: 'WorkspaceStats' });

export type WorkspaceStatsResponse = z.infer<typeof workspaceStatsResponse>;
