import { z } from 'zod';

import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import type { Options, Provider, WebhookRequest } from '../provider.js';
import { decodeBase64, decodeHex, isBodySigned } from '../signature.js';

const headerName = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be the name of a header')
  .toLowerCase();

const algorithms = ['sha1', 'sha256', 'sha512'] as const;
const encodings = ['hex', 'base64', 'base64url'] as const;

const hmacOptions = z
  .strictObject({
    header: headerName.describe('the header that holds the signature'),
    algorithm: z.enum(algorithms).default('sha256').describe('the hash of the HMAC'),
    encoding: z.enum(encodings).default('hex').describe('the encoding of the signature'),
    prefix: z.string().max(50).default('').describe('the text before the signature, such as `sha256=`'),
    idHeader: headerName.optional().describe("the header that holds the sender's id of the delivery"),
    answerPings: z
      .boolean()
      .default(false)
      .describe('whether an unsigned form with the single field `webhook_id` (the ping of WooCommerce) gets 200'),
  })
  .meta({ title: 'HmacOptions', example: { header: 'x-signature', encoding: 'hex', prefix: 'sha256=' } });

const PING = /^webhook_id=\d{1,20}$/;

type HmacOptions = z.infer<typeof hmacOptions>;

/** Any sender that signs the body with an HMAC in one header. */
export const provider: Provider = {
  name: 'hmac',
  secrets: 'required',
  options: hmacOptions,
  evidence: { headers: ({ header }) => (typeof header === 'string' ? [header] : []), otherOptions },
  dedupWindowSeconds: 86_400,

  verify(request, { secrets, options }) {
    const { data } = hmacOptions.safeParse(options);
    return data !== undefined && isBodySigned(request, secrets, signatureIn(request, data), data.algorithm);
  },

  deliveryId(request, { options }) {
    const names = [options['idHeader'], 'idempotency-key', 'webhook-id'].filter((name) => typeof name === 'string');
    return names.map((name) => deliveryIdFrom(headerOf(request, name))).find((id) => id !== undefined);
  },

  unsignedPing(request, { options }) {
    const { data } = hmacOptions.safeParse(options);
    if (data?.answerPings !== true || headerOf(request, data.header) !== undefined) return undefined;
    return PING.test(request.body.toString('latin1', 0, 100)) ? {} : undefined;
  },

  describe: describeAnything,
};

function signatureIn(request: WebhookRequest, { header, prefix, encoding }: HmacOptions): Buffer | undefined {
  const value = headerOf(request, header);
  if (!value?.startsWith(prefix)) return undefined;
  const text = value.slice(prefix.length);
  // Unlike the named senders, an unknown one may use upper-case digits.
  return encoding === 'hex' ? decodeHex(text.toLowerCase()) : decodeBase64(text, encoding);
}

function* otherOptions(options: Options, request: WebhookRequest): Generator<readonly [string, Options]> {
  const value = headerOf(request, String(options['header'])) ?? '';
  const prefixes = new Set([String(options['prefix'] ?? ''), '', /^\w{1,20}=/.exec(value)?.[0] ?? '']);
  for (const prefix of prefixes)
    for (const algorithm of algorithms)
      for (const encoding of encodings) {
        const words = `algorithm ${algorithm}, encoding ${encoding}, ${prefix === '' ? 'no prefix' : `prefix ${prefix}`}`;
        yield [words, { ...options, prefix, algorithm, encoding }];
      }
}

/** The name is user input: `constructor` must not match a property of Object.prototype. */
function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}
