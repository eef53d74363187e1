import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const FORM = /^tk_([0-9a-f]{32})_([\w-]{43})$/;

/** The two halves of `tk_<id>_<secret>`. */
export interface ApiKeyParts {
  readonly id: string;
  readonly secret: string;
}

export const isApiKey = (text: string): boolean => text.startsWith('tk_');

/** @param id a UUID */
export const newApiKey = (id: string): string =>
  `tk_${id.replaceAll('-', '')}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** @returns undefined for text that can't be a key */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return { id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret };
}

/**
 * SHA-256 is enough, unlike for a password: 32 random bytes cannot be guessed at any speed. A slow hash would be paid
 * on every call.
 */
export const hashOfKey = (key: string): Buffer => createHash('sha256').update(key).digest();

export const isKeyOf = (hash: Buffer, key: string): boolean => timingSafeEqual(hash, hashOfKey(key));
