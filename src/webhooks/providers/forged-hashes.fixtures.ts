import { createHash, createHmac, type BinaryToTextEncoding } from 'node:crypto';

import type { SignedRequest } from './fixtures.js';
import type { WebhookRequest } from './provider.js';

interface BodySignature {
  readonly header: string;
  readonly secret: string;
  readonly prefix?: string;
  /** `sha256` by default. */
  readonly algorithm?: string;
  /** `hex` by default. */
  readonly encoding?: BinaryToTextEncoding;
}

/** Forged requests for fixtures: the genuine body with other hashes, in other encodings, and without the key. */
export function forgedHashes(
  genuine: SignedRequest,
  { header, secret, prefix = '', algorithm = 'sha256', encoding = 'hex' }: BodySignature,
): Record<string, WebhookRequest> {
  const forged: Record<string, WebhookRequest> = {};
  const add = (name: string, signature: string) => {
    forged[`${header}: ${name}`] = { ...genuine, headers: { ...genuine.headers, [header]: `${prefix}${signature}` } };
  };
  for (const other of ['sha1', 'sha256', 'sha512'].filter((name) => name !== algorithm))
    add(other, createHmac(other, secret).update(genuine.body).digest(encoding));
  for (const other of ['hex', 'base64', 'base64url'] as const)
    if (other !== encoding) add(other, createHmac(algorithm, secret).update(genuine.body).digest(other));
  add('a hash without a key', createHash(algorithm).update(genuine.body).digest(encoding));
  add('an empty key', createHmac(algorithm, '').update(genuine.body).digest(encoding));
  add('an empty body', createHmac(algorithm, secret).digest(encoding));
  return forged;
}
