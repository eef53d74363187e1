import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { WebhookRequest } from './provider.js';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** Bounds the work that one request can ask for: every signature it lists costs a comparison with every secret. */
export const MAX_SIGNATURES = 10;

export interface HmacClaim {
  readonly algorithm: HmacAlgorithm;
  /** What was signed, in pieces, so that the body need not be copied. */
  readonly content: readonly (string | Buffer)[];
  /** As decoded; undefined for one that could not be. */
  readonly signatures: readonly (Buffer | undefined)[];
  readonly keys: readonly (string | Buffer)[];
}

/** Whether one of the keys made one of the signatures, in a time that doesn't depend on which. */
export function isSigned({ algorithm, content, signatures, keys }: HmacClaim): boolean {
  if (signatures.length > MAX_SIGNATURES) return false;
  let signed = false;
  for (const key of keys) {
    // Anyone can sign with an empty key.
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

/** For a secret that is sent as it is. Hashed first, so that not even its length shows in the time. */
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

/** `timingSafeEqual` throws on unequal lengths; the length of a digest is no secret. */
export function equalBytes(actual: Buffer | undefined, expected: Buffer): boolean {
  return actual !== undefined && actual.length === expected.length && timingSafeEqual(actual, expected);
}

/**
 * Lower case only, as every named sender writes it: two spellings of one signature would be one too many. Node's own
 * decoder stops silently at the first character that is no digit.
 */
export function decodeHex(text: string | undefined, prefix = ''): Buffer | undefined {
  if (!text?.startsWith(prefix)) return undefined;
  const digits = text.slice(prefix.length);
  return /^(?:[0-9a-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** Canonical only: padding complete, no stray bits, no characters that Node's decoder would skip. */
export function decodeBase64(
  text: string | undefined,
  encoding: 'base64' | 'base64url' = 'base64',
): Buffer | undefined {
  if (!text) return undefined;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
