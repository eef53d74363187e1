import { createHash, randomBytes } from 'node:crypto';

/** For a link that works once. The database keeps the hash only: with 32 random bytes, the token cannot be found. */
export function newOneTimeToken(): { readonly token: string; readonly hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfOneTimeToken(token) };
}

export const hashOfOneTimeToken = (token: string): Buffer => createHash('sha256').update(token).digest();
