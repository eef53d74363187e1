import { decodeBase64, decodeHex } from './signature.js';

/** How a secret holds the bytes of a key. */
export type KeyEncoding = 'text' | 'hex' | 'base64' | 'base64url';

/** @returns undefined if the secret is not in this encoding: Node would decode a part of it to a shorter key */
export function readKey(secret: string, encoding: KeyEncoding): Buffer | undefined {
  if (encoding === 'text') return Buffer.from(secret);
  if (encoding === 'hex') return decodeHex(secret.toLowerCase());
  const text = secret.replace(/=+$/, '');
  const bytes = decodeBase64(text.replaceAll('+', '-').replaceAll('/', '_'), 'base64url');
  const isOfAlphabet = encoding === 'base64' ? !/[-_]/.test(secret) : !/[+/]/.test(secret);
  return isOfAlphabet ? bytes : undefined;
}
