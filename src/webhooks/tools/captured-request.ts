import { z } from 'zod';
import type { WebhookRequest } from '../providers/provider.js';

const MAX_HEADERS = 100;
const MAX_BODY_CHARACTERS = 262_144;

const headerValue = z.string().max(8_192);

/** A captured request. */
export const requestFields = {
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT']).default('POST'),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~\w-]{1,100}$/, 'must be the name of a header'),
      z.union([headerValue, z.array(headerValue).max(10)]),
    )
    .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `must be at most ${MAX_HEADERS} headers`),
  body: z.string().max(MAX_BODY_CHARACTERS).optional().describe('as text'),
  bodyBase64: z.base64().max(MAX_BODY_CHARACTERS).optional().describe('instead of `body`, for exact bytes'),
  url: z.url().max(2_048).optional().describe('to which the request was sent; some senders sign it'),
};

type CapturedRequest = z.infer<z.ZodObject<typeof requestFields>>;

export const hasOneBody = ({ body, bodyBase64 }: Pick<CapturedRequest, 'body' | 'bodyBase64'>): boolean =>
  body === undefined || bodyBase64 === undefined;

export const ONE_BODY_RULE = { path: ['bodyBase64'], message: 'use either `body` or `bodyBase64`' };

/** Header names in lower case, repeated headers joined. */
export function webhookOf({ method, headers, body, bodyBase64, url = '' }: CapturedRequest): WebhookRequest {
  const flat = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  const bytes = bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64');
  return { method, headers: Object.fromEntries(flat) as Record<string, string>, body: bytes, url };
}
