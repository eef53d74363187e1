import { z } from 'zod';
import { hasOneBody, ONE_BODY_RULE, requestFields } from '../captured-request.js';

export const verifyRequestRequest = z
  .strictObject({
    provider: z.string().max(40).describe('name of the provider, e.g. `github`'),
    secret: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('absent for providers without one; neither stored nor logged'),
    options: z.record(z.string(), z.unknown()).default({}).describe('options of the provider, as a source has them'),
    ...requestFields,
  })
  .refine(hasOneBody, ONE_BODY_RULE)
  .meta({
    id: 'VerifyRequest',
    example: {
      provider: 'github',
      secret: 'a long random secret',
      headers: { 'x-hub-signature-256': 'sha256=757107ea0e...' },
      body: '{}',
    },
  });

export const verifiedResponse = z
  .object({
    verified: z.boolean().describe('whether a source with these settings accepts the request now'),
    headers: z.array(z.string()).describe('the headers in which the signature is expected'),
    difference: z
      .string()
      .optional()
      .describe(
        'the part that is wrong: `header-missing`, `time-missing`, `clock`, `encoding`, `options`, `address`, `body-changed`, `secret-form` or `secret`',
      ),
    clockOffSeconds: z.int().optional().describe('how old the signed time is; negative: it is in the future'),
    explanation: z.string().optional(),
  })
  .meta({ id: 'Verified' });

export type VerifyRequest = z.infer<typeof verifyRequestRequest>;
export type VerifiedResponse = z.infer<typeof verifiedResponse>;
