import { z } from 'zod';
import { hasOneBody, ONE_BODY_RULE, requestFields } from '../captured-request.js';

export const identifyRequest = z
  .strictObject({
    ...requestFields,
    sourceId: z.uuid().optional().describe('the source to which it was sent, to compare its provider'),
    secret: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('confirms a candidate if it made the signature; neither stored nor logged'),
  })
  .refine(hasOneBody, ONE_BODY_RULE)
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
