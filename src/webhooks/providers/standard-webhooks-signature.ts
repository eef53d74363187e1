import { createPublicKey, type KeyObject, verify } from 'node:crypto';

import type { VerificationContext, WebhookRequest } from './provider.js';
import { decodeBase64, isSigned, MAX_SIGNATURES } from './signature.js';
import { isInWindow } from './timestamp-window.js';

/**
 * The scheme of https://www.standardwebhooks.com: `v1` is an HMAC with a `whsec_` secret, `v1a` an ed25519 signature
 * to be checked with a `whpk_` public key, both over `id.timestamp.body`. The list of signatures is how a sender
 * changes its key without losing a delivery.
 */
export function isStandardSigned(
  { headers, body }: WebhookRequest,
  prefix: 'webhook' | 'svix',
  { secrets, now }: Pick<VerificationContext, 'secrets' | 'now'>,
): boolean {
  const id = headers[`${prefix}-id`];
  const timestamp = headers[`${prefix}-timestamp`];
  const list = headers[`${prefix}-signature`]?.split(' ') ?? [];
  if (!id || !isInWindow(timestamp, now) || list.length > MAX_SIGNATURES) return false;
  const content = [`${id}.${timestamp}.`, body];
  const symmetric = isSigned({
    algorithm: 'sha256',
    content,
    signatures: signaturesOf(list, 'v1,'),
    keys: secrets.map(hmacKey).filter((key) => key !== undefined),
  });
  return symmetric || isSignedByOwner(content, signaturesOf(list, 'v1a,'), secrets);
}

function signaturesOf(list: readonly string[], version: string): (Buffer | undefined)[] {
  return list.filter((item) => item.startsWith(version)).map((item) => decodeBase64(item.slice(version.length)));
}

/** The prefix may be missing, the base64 may not: a key of stray characters would be a short one. */
function hmacKey(secret: string): Buffer | undefined {
  if (secret.startsWith('whpk_')) return undefined;
  const base64 = secret.replace(/^whsec_/, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function isSignedByOwner(
  content: readonly (string | Buffer)[],
  signatures: readonly (Buffer | undefined)[],
  secrets: readonly string[],
): boolean {
  const present = signatures.filter((signature) => signature !== undefined);
  if (present.length === 0) return false;
  const message = Buffer.concat(content.map((piece) => Buffer.from(piece)));
  const keys = secrets.map(publicKey).filter((key) => key !== undefined);
  return keys.some((key) => present.some((signature) => verify(null, message, key, signature)));
}

function publicKey(secret: string): KeyObject | undefined {
  const bytes = secret.startsWith('whpk_') ? decodeBase64(secret.slice('whpk_'.length)) : undefined;
  if (bytes?.length !== 32) return undefined;
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') } });
}
