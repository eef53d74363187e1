import { z } from 'zod';

const MAX_HEADERS = 100;
const MAX_BODY_CHARACTERS = 262_144;

const headerValue = z.string().max(8_192);

export const identifyRequest = z
  .strictObject({
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
    sourceId: z.uuid().optional().describe('the source to which it was sent, to compare its provider'),
    secret: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('confirms a candidate if it made the signature; neither stored nor logged'),
  })
  .refine(({ body, bodyBase64 }) => body === undefined || bodyBase64 === undefined, {
    path: ['bodyBase64'],
    message: 'use either `body` or `bodyBase64`',
  })
  .meta({
    id: 'IdentifyRequest',
    example: { headers: { 'x-github-event': 'push', 'x-hub-signature-256': 'sha256=757107ea0e...' }, body: '{}' },
  });

const candidate = z.object({
  provider: z.string(),
  label: z.string(),
  confidence: z
    .enum(['certain', 'high', 'medium', 'low'])
    .describe('`certain`: the secret made the signature; `high`: the request has what only this sender has'),
  because: z.array(z.string()),
});

export const identifiedResponse = z
  .object({
    candidates: z.array(candidate).describe('the likeliest first, at most five'),
    scheme: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('options for a source of the provider `hmac`; null if a sender is recognized or nothing looks signed'),
    schemeConfirmed: z.boolean().describe('true: with `secret`, these options verify the request'),
    advice: z.array(z.string()).describe('what to do, in sentences'),
  })
  .meta({ id: 'Identified' });

export type IdentifyRequest = z.infer<typeof identifyRequest>;
export type IdentifiedResponse = z.infer<typeof identifiedResponse>;
export type ShownCandidate = z.infer<typeof candidate>;
