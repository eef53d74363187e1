import { z } from 'zod';

import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { decodeBase64, decodeHex, isBodySigned } from '../signature.js';

const headerName = z
  .string()
  .regex(/^[a-z0-9-]{1,100}$/i, 'must be the name of a header')
  .toLowerCase();

const hmacOptions = z.strictObject({
  /** Where the signature is. */
  header: headerName,
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  /** What stands before the signature in its header, such as `sha256=`. */
  prefix: z.string().max(50).default(''),
  /** Where the sender's id of the delivery is. */
  idHeader: headerName.optional(),
});

type HmacOptions = z.infer<typeof hmacOptions>;

/** Any sender that signs the body with an HMAC in one header. */
export const provider: Provider = {
  name: 'hmac',
  secrets: 'required',
  options: hmacOptions,

  verify(request, { secrets, options }) {
    const { data } = hmacOptions.safeParse(options);
    return data !== undefined && isBodySigned(request, secrets, signatureIn(request, data), data.algorithm);
  },

  deliveryId(request, { options }) {
    const names = [options['idHeader'], 'idempotency-key', 'webhook-id'].filter((name) => typeof name === 'string');
    return names.map((name) => deliveryIdFrom(headerOf(request, name))).find((id) => id !== undefined);
  },

  describe: describeAnything,
};

function signatureIn(request: WebhookRequest, { header, prefix, encoding }: HmacOptions): Buffer | undefined {
  const value = headerOf(request, header);
  if (!value?.startsWith(prefix)) return undefined;
  const text = value.slice(prefix.length);
  // Unlike the named senders, an unknown one may write its digits in upper case.
  return encoding === 'hex' ? decodeHex(text.toLowerCase()) : decodeBase64(text);
}

/** The name was chosen by a person: `constructor` is not a header. */
function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}
