import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { WebhookRequest } from './provider.js';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Bounds the work per request: each listed signature is compared with every secret. */
export const MAX_SIGNATURES = 10;

export interface HmacClaim {
  readonly algorithm: HmacAlgorithm;
  /** The signed text, in pieces, so that the body need not be copied. */
  readonly content: readonly (string | Buffer)[];
  /** The decoded signatures; undefined for a malformed one. */
  readonly signatures: readonly (Buffer | undefined)[];
  readonly keys: readonly (string | Buffer)[];
}

/** True if one of the keys made one of the signatures. Runs in constant time. */
export function isSigned({ algorithm, content, signatures, keys }: HmacClaim): boolean {
  if (signatures.length > MAX_SIGNATURES) return false;
  let signed = false;
  for (const key of keys) {
    // With an empty key, any sender could sign.
    if (key.length === 0) continue;
    const hmac = createHmac(algorithm, key);
    for (const piece of content) hmac.update(piece);
    const expected = hmac.digest();
    for (const signature of signatures) if (equalBytes(signature, expected)) signed = true;
  }
  return signed;
}

/** The most common scheme: one HMAC over the body, in one header. */
export function isBodySigned(
  request: WebhookRequest,
  keys: readonly string[],
  signature: Buffer | undefined,
  algorithm: HmacAlgorithm = 'sha256',
): boolean {
  return isSigned({ algorithm, content: [request.body], signatures: [signature], keys });
}

/** For a secret that is sent as plain text. Compares hashes, so that the time does not reveal its length. */
export function isOneOf(secret: string | undefined, secrets: readonly string[]): boolean {
  if (!secret) return false;
  const sent = sha256(secret);
  let found = false;
  for (const expected of secrets) if (equalBytes(sent, sha256(expected))) found = true;
  return found;
}

export function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

/** `timingSafeEqual` throws for unequal lengths; the length of a digest is public. */
export function equalBytes(actual: Buffer | undefined, expected: Buffer): boolean {
  return actual !== undefined && actual.length === expected.length && timingSafeEqual(actual, expected);
}

/**
 * Lower case only, as every named sender writes it, so that a signature has one spelling. Node's own decoder silently
 * stops at the first invalid character.
 */
export function decodeHex(text: string | undefined, prefix = ''): Buffer | undefined {
  if (!text?.startsWith(prefix)) return undefined;
  const digits = text.slice(prefix.length);
  return /^(?:[0-9a-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** Canonical base64 only: complete padding, no stray bits, no characters that Node's decoder would skip. */
export function decodeBase64(
  text: string | undefined,
  encoding: 'base64' | 'base64url' = 'base64',
): Buffer | undefined {
  if (!text) return undefined;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
