import { z } from 'zod';
import { moment } from '../../platform/http/api/moment.js';
import { pageQuery } from '../../platform/http/api/page.js';
import { bodyFields } from '../deliveries/delivery.schemas.js';
import { REFUSED_CAUSES } from '../refusals/diagnose-refusal.js';
import type { RefusedRequest } from '../refusals/refused-request.entity.js';

const cause = z
  .enum(REFUSED_CAUSES)
  .describe(
    '`no-signature`: a header of the signature is missing; `wrong-signature`: it matches no secret; `stale-timestamp`: it matches, but its time is outside the window; `disabled`: the source is; `address-not-allowed`: `allowedAddresses` of the source does not have the address of the client; `too-large`, `unsupported`: the body was not read or not inflated',
  );

export const refusedQuery = pageQuery.extend({
  sourceId: z.uuid().optional(),
  cause: cause.optional(),
  since: moment.optional().describe('inclusive'),
  until: moment.optional().describe('exclusive'),
});

const refusalDetail = z
  .object({
    scheme: z.string().describe('the provider whose signature scheme was tried'),
    headers: z.array(z.string()).describe('the headers in which the signature is expected'),
    secretsTried: z.int(),
    difference: z
      .string()
      .optional()
      .describe('the difference from a request that would have passed, such as `encoding` or `body-changed`'),
    clockOffSeconds: z.int().optional().describe('how old the signed time was; negative: it was in the future'),
    explanation: z.string(),
  })
  .meta({ id: 'RefusalDetail' });

export const refusedResponse = z
  .object({
    id: z.uuid(),
    sourceId: z.uuid(),
    receivedAt: z.iso.datetime(),
    cause,
    detail: refusalDetail,
    bodySize: z.int().nullable().describe('bytes of the whole body; null: the sender did not say'),
    bodyComplete: z.boolean().describe('whether the whole body is stored, so that the request can be accepted'),
    deliveryId: z.uuid().nullable().describe('the delivery, once the request is accepted'),
    acceptedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RefusedRequest' });

export const refusedDetailResponse = refusedResponse
  .extend({
    address: z.string().describe('the network address of the client'),
    headers: z.record(z.string(), z.string()).describe('without those that can hold a secret'),
    ...bodyFields,
  })
  .meta({ id: 'RefusedRequestDetail' });

export const acceptedResponse = z.object({ deliveryId: z.uuid() }).meta({ id: 'AcceptedRefusal' });

export const trySecretRequest = z
  .strictObject({
    secret: z.string().min(1).max(1000),
    refusedId: z.uuid().optional().describe('absent: the newest refused request of the source with a whole body'),
  })
  .meta({ id: 'TrySecretRequest', example: { secret: 'a long random secret' } });

export const secretFitResponse = z
  .object({
    fits: z.boolean().describe('whether the secret made the signature of the refused request'),
    refusedId: z.uuid().describe('the refused request that was tried'),
    cause: cause.optional().describe('why the request would still be refused'),
    explanation: z.string().optional(),
  })
  .meta({ id: 'SecretFit' });

export type RefusedQuery = z.infer<typeof refusedQuery>;
export type RefusedResponse = z.infer<typeof refusedResponse>;
export type RefusedDetailResponse = z.infer<typeof refusedDetailResponse>;
export type TrySecretRequest = z.infer<typeof trySecretRequest>;
export type SecretFitResponse = z.infer<typeof secretFitResponse>;

export function showRefused(refused: RefusedRequest): RefusedResponse {
  const { id, sourceId, cause, bodySize, bodyComplete, deliveryId, detail } = refused;
  const { headers, ...rest } = detail;
  return {
    id,
    sourceId,
    receivedAt: refused.receivedAt.toISOString(),
    cause,
    detail: { ...rest, headers: [...headers] },
    bodySize,
    bodyComplete,
    deliveryId,
    acceptedAt: refused.acceptedAt?.toISOString() ?? null,
  };
}

/** Without its body. */
export const showRefusedDetail = (refused: RefusedRequest): RefusedDetailResponse => ({
  ...showRefused(refused),
  address: refused.address,
  headers: refused.headers,
});
