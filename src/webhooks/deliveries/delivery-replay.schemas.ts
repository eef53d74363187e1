import { z } from 'zod';
import { bodyConditions, filterFields, isWindow, WINDOW_RULE } from './delivery-filter.js';
import type { DeliveryReplay } from './delivery-replay.entity.js';

const filter = z.strictObject({ ...filterFields, body: bodyConditions }).refine(isWindow, WINDOW_RULE);

export const createReplayRequest = z
  .strictObject({
    filter: filter.optional().describe('the deliveries to replay, as in the list; `{}` means all of them'),
    ids: z.array(z.uuid()).min(1).max(1000).optional().describe('the deliveries to replay, instead of `filter`'),
    asNew: z
      .boolean()
      .default(false)
      .describe('true: each becomes a new delivery with an event of its own, whose `repeats` names the old one'),
  })
  .refine((request) => (request.filter === undefined) !== (request.ids === undefined), {
    path: ['filter'],
    message: 'use either `filter` or `ids`',
  })
  .meta({ id: 'CreateReplayRequest', example: { filter: { status: 'failed', since: '2026-01-01T00:00:00Z' } } });

export const replayCreatedResponse = z.object({ id: z.uuid() }).meta({ id: 'ReplayCreated' });

export const replayResponse = z
  .object({
    id: z.uuid(),
    status: z
      .enum(['running', 'done', 'cancelled', 'failed'])
      .describe('`done`: each delivery was handed to processing; `failed`: it ended early, see `error`'),
    asNew: z.boolean(),
    total: z.int().nullable().describe('the number of named deliveries; null with a filter'),
    done: z.int().describe('the number of deliveries handed to processing so far'),
    failed: z.int().describe('the number of named deliveries that the workspace does not have'),
    error: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'DeliveryReplay' });

export type CreateReplayRequest = z.infer<typeof createReplayRequest>;
export type ReplayResponse = z.infer<typeof replayResponse>;

export function showReplay(replay: DeliveryReplay): ReplayResponse {
  const { id, status, asNew, deliveryIds, done, failed, error, createdAt } = replay;
  return {
    id,
    status,
    asNew,
    total: deliveryIds?.length ?? null,
    done,
    failed,
    error,
    createdAt: createdAt.toISOString(),
  };
}
