import { z } from 'zod';
import { pageQuery } from '../../platform/http/api/page.js';
import type { Delivery } from './delivery.entity.js';

const status = z
  .enum(['received', 'processed', 'failed'])
  .describe(
    '`received`: stored, not yet processed; `processed`: has its record and event; `failed`: no attempts left, can be replayed',
  );

export const deliveriesQuery = pageQuery.extend({ status: status.optional(), sourceId: z.uuid().optional() });

export const deliveryResponse = z
  .object({
    id: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    providerDeliveryId: z.string().nullable().describe("the sender's own id; null if it sends none"),
    eventType: z.string().nullable().describe('null until it is processed'),
    status,
    attempts: z.int().describe('the number of attempts to process it'),
    error: z.string().nullable(),
    receivedAt: z.iso.datetime(),
    title: z.string().nullable(),
    url: z.string().nullable(),
    sender: z.string().nullable(),
    duplicateOf: z.uuid().nullable().describe('the earlier delivery of the same bytes, found by the replay guard'),
    eventId: z.uuid().nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryDetailResponse = deliveryResponse
  .extend({
    headers: z.record(z.string(), z.string()),
    body: z.string().describe('as text, or in base64 if the bytes are not valid UTF-8'),
    bodyEncoding: z.enum(['utf8', 'base64']),
  })
  .meta({ id: 'DeliveryDetail' });

export const replayRequest = z
  .strictObject({
    sourceId: z.uuid().optional().describe('only deliveries of this source'),
    deliveryIds: z
      .array(z.uuid())
      .min(1)
      .max(1000)
      .optional()
      .describe('only these deliveries; absent: all failed ones'),
  })
  .meta({ id: 'ReplayRequest', example: { sourceId: '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a' } });

export const replayedResponse = z
  .object({ replayed: z.int().describe('the number of deliveries that will be processed again') })
  .meta({ id: 'Replayed' });

export type DeliveriesQuery = z.infer<typeof deliveriesQuery>;
export type DeliveryResponse = z.infer<typeof deliveryResponse>;
export type DeliveryDetailResponse = z.infer<typeof deliveryDetailResponse>;
export type ReplayRequest = z.infer<typeof replayRequest>;

const SHOWN = Object.keys(deliveryResponse.shape) as (keyof DeliveryResponse)[];

/** Copies the fields of `deliveryResponse`. */
export function showDelivery(delivery: Delivery): DeliveryResponse {
  const fields = Object.fromEntries(SHOWN.map((name) => [name, delivery[name]]));
  return { ...(fields as unknown as DeliveryResponse), receivedAt: delivery.receivedAt.toISOString() };
}

export function showDeliveryDetail(delivery: Delivery): DeliveryDetailResponse {
  const text = delivery.body.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(delivery.body);
  return {
    ...showDelivery(delivery),
    headers: delivery.headers,
    body: isText ? text : delivery.body.toString('base64'),
    bodyEncoding: isText ? 'utf8' : 'base64',
  };
}
