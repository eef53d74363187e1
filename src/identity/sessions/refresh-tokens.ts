import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '../../platform/database/database.js';

/** A session ends after this long without a refresh. */
export const IDLE_DAYS = 7;
/** A session ends after this long, even when it is in use. */
export const MAX_DAYS = 30;

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Stores a hash only: with 32 random bytes, the token cannot be found from its hash. */
export async function issueRefreshToken(tx: Transaction, sessionId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query('INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)', [hashOfToken(token), sessionId]);
  return token;
}
