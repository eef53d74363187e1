import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { pageQuery, pageSchema } from '../../platform/http/api/page.js';
import { areBodyConditions, filterFields, isWindow, TEST_RULE, WINDOW_RULE } from './delivery-filter.js';
import { deliveryStatus } from './delivery-status.js';
import type { Attempt } from './delivery-attempts.js';
import type { Delivery } from './delivery.entity.js';

/** Loose, because a parameter's name may be `body.<path>`. */
export const deliveriesQuery = pageQuery
  .extend({
    ...filterFields,
    test: z
      .stringbool({ truthy: ['true'], falsy: ['false'] })
      .optional()
      .describe(TEST_RULE),
  })
  .loose()
  .refine(isWindow, WINDOW_RULE)
  .refine(areBodyConditions, {
    path: ['body'],
    message: '`body.<path>` takes one value, and a path of at most 16 names; at most 5 of them',
  });

export const deliveryResponse = z
  .object({
    id: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    providerDeliveryId: z.string().nullable().describe("the sender's own id; null if it sends none"),
    eventType: z.string().nullable().describe('null until it is processed'),
    status: deliveryStatus,
    attempts: z.int().describe('the number of attempts to process it'),
    error: z.string().nullable(),
    receivedAt: z.iso.datetime(),
    title: z.string().nullable(),
    url: z.string().nullable(),
    sender: z.string().nullable(),
    duplicateOf: z.uuid().nullable().describe('the earlier delivery of the same bytes, found by the replay guard'),
    repeats: z.uuid().nullable().describe('the delivery that a replay repeated as this new one'),
    test: z.boolean().describe('simulated by a user; see `POST .../sources/{id}/test`'),
    eventId: z.uuid().nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveriesPage = pageSchema(deliveryResponse).extend({
  stopped: z
    .boolean()
    .describe('true if the search has read its limit of rows: `nextCursor` goes on, although the page is not full'),
});

/** The fields that show stored bytes. */
export const bodyFields = {
  body: z
    .string()
    .optional()
    .describe('as text, or in base64 if the bytes are not valid UTF-8; absent without `webhooks:bodies`'),
  bodyEncoding: z.enum(['utf8', 'base64']).optional().describe('absent without `webhooks:bodies`'),
};

export const deliveryDetailResponse = deliveryResponse
  .extend({
    event: z
      .object({ channel: z.string(), offset: z.int().positive(), id: z.uuid() })
      .nullable()
      .describe('where the event is in the log; null without an event, or when the log no longer holds it'),
    method: z.enum(['POST', 'GET']).describe('of a delivery by GET, the body is the query'),
    headers: z.record(z.string(), z.string()),
    ...bodyFields,
  })
  .meta({ id: 'DeliveryDetail' });

export const requestsQuery = z.object({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).min(1).max(50))
    .describe('ids of deliveries, separated by commas; at most 50'),
});

export const requestsResponse = z
  .object({
    items: z
      .array(
        z.object({
          id: z.uuid(),
          method: z.enum(['POST', 'GET']).describe('of a delivery by GET, the body is the query'),
          headers: z
            .record(z.string(), z.string())
            .describe('as received, in lower case; without those of the connection and those that carry credentials'),
          body: z.string().describe('the received bytes: as text, or in base64 if they are not valid UTF-8'),
          bodyEncoding: z.enum(['utf8', 'base64']),
        }),
      )
      .describe('in the order of `ids`, without deliveries that are no longer stored'),
    rest: z.array(z.uuid()).describe('ids that are left for another call, because this one has 4 MiB of bodies'),
  })
  .meta({ id: 'DeliveryRequests' });

export const attemptsResponse = z
  .object({
    items: z
      .array(
        z.object({
          at: z.iso.datetime().describe('the time when it ended'),
          ms: z.int().nullable().describe('how long it took; null if the worker crashed or did not measure it'),
          outcome: z.enum(['processed', 'failed']),
          error: z.string().nullable(),
        }),
      )
      .describe('the newest 20, newest first'),
  })
  .meta({ id: 'DeliveryAttempts' });

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
export type DeliveriesPage = z.infer<typeof deliveriesPage>;
export type DeliveryResponse = z.infer<typeof deliveryResponse>;
export type DeliveryDetailResponse = z.infer<typeof deliveryDetailResponse>;
export type RequestsQuery = z.infer<typeof requestsQuery>;
export type RequestsResponse = z.infer<typeof requestsResponse>;
export type AttemptsResponse = z.infer<typeof attemptsResponse>;
export type EventPlace = DeliveryDetailResponse['event'];
export type ReplayRequest = z.infer<typeof replayRequest>;

const SHOWN = Object.keys(deliveryResponse.shape) as (keyof DeliveryResponse)[];

/** Copies the fields of `deliveryResponse`. */
export function showDelivery(delivery: Delivery): DeliveryResponse {
  const fields = Object.fromEntries(SHOWN.map((name) => [name, delivery[name]]));
  return { ...(fields as unknown as DeliveryResponse), receivedAt: delivery.receivedAt.toISOString() };
}

/** Without its body. */
export function showDeliveryDetail(delivery: Delivery, event: EventPlace): DeliveryDetailResponse {
  return { ...showDelivery(delivery), event, method: delivery.method ?? 'POST', headers: delivery.headers };
}

export function showBody(body: Buffer): Required<Pick<DeliveryDetailResponse, 'body' | 'bodyEncoding'>> {
  const isText = isUtf8(body);
  return { body: body.toString(isText ? 'utf8' : 'base64'), bodyEncoding: isText ? 'utf8' : 'base64' };
}

export const showRequest = ({ id, method, headers, body }: Delivery): RequestsResponse['items'][number] => ({
  id,
  method: method ?? 'POST',
  headers,
  ...showBody(body),
});

export const showAttempts = (attempts: readonly Attempt[]): AttemptsResponse => ({
  items: attempts.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
});
