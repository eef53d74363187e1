import { z } from 'zod';
import { answerOptions } from '../generic-answer.js';
import { ENCODINGS } from '../signature-scheme.js';
import { readSignedContent } from '../signed-content.js';

const headerName = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be the name of a header')
  .toLowerCase();
const text = z.string().max(100);

export const SCHEMES = ['hmac', 'ed25519', 'ecdsa', 'rsa', 'token', 'basic'] as const;
export const ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

const content = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (template) => readSignedContent(template) !== undefined,
    'has an unknown part, more than 8 parts, or does not cover the body',
  );

const timestamp = z
  .strictObject({
    header: headerName.optional().describe('the header with the signed time'),
    item: text.min(1).optional().describe('the text before it in the signature header, such as `t=`'),
    unit: z.enum(['s', 'ms', 'iso']).default('s').describe('`iso`: ISO 8601 with a zone'),
    windowSeconds: z.int().min(1).max(86_400).default(300).describe('in both directions'),
  })
  .refine(({ header, item }) => (header === undefined) !== (item === undefined), 'takes either `header` or `item`');

/** All that the sources of unknown senders can set. */
export const hmacOptions = z
  .strictObject({
    header: headerName.describe('the header that holds the signature or the token'),
    scheme: z
      .enum(SCHEMES)
      .default('hmac')
      .describe(
        'how the sender signs; the secret is a public key for `ed25519`, `ecdsa` (P-256) and `rsa` (PKCS #1 v1.5), the token itself for `token`, and `name:password` for `basic`',
      ),
    algorithm: z.enum(ALGORITHMS).default('sha256').describe('the hash; none for `ed25519`, `token` and `basic`'),
    encoding: z.enum(ENCODINGS).default('hex').describe('the encoding of the signature'),
    form: z.enum(['der', 'raw']).default('der').describe('of an `ecdsa` signature; `raw`: two numbers of 32 bytes'),
    prefix: z.string().max(50).default('').describe('the text before the signature, such as `sha256=`'),
    separator: z
      .string()
      .min(1)
      .max(5)
      .optional()
      .describe('the text between the items of a header with several signatures, or a time beside them'),
    content: content
      .default('{body}')
      .describe(
        'the signed text: `{body}`, `{timestamp}`, `{id}`, `{method}`, `{url}`, `{path}`, `{query}`, `{header:<name>}`, `{form}` (sorted fields), `{sha256:hex}`, and text between them',
      ),
    timestamp: timestamp.optional(),
    key: z
      .enum(['text', 'hex', 'base64', 'base64url'])
      .default('text')
      .describe('the encoding of the key of an `hmac` in the secret'),
    idHeader: headerName.optional().describe("the header that holds the sender's id of the delivery"),
    ...answerOptions,
    answerPings: z
      .boolean()
      .default(false)
      .describe('whether an unsigned form with the single field `webhook_id` (the ping of WooCommerce) gets 200'),
  })
  .refine(({ content: template, timestamp: time }) => !template.includes('{timestamp}') || time !== undefined, {
    path: ['timestamp'],
    message: 'is needed for `{timestamp}` in `content`',
  })
  .refine(({ content: template, timestamp: time }) => time === undefined || template.includes('{timestamp}'), {
    path: ['timestamp'],
    message: 'must be signed: `content` needs `{timestamp}`',
  })
  .refine(({ content: template, idHeader }) => !template.includes('{id}') || idHeader !== undefined, {
    path: ['idHeader'],
    message: 'is needed for `{id}` in `content`',
  })
  .meta({ title: 'HmacOptions', example: { header: 'x-signature', encoding: 'hex', prefix: 'sha256=' } });

export type HmacOptions = z.infer<typeof hmacOptions>;
