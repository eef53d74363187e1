import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '../../platform/database/database.js';

/** A session that isn't used for this long has ended. */
export const IDLE_DAYS = 7;
/** A session ends after this long, however much it is used. */
export const MAX_DAYS = 30;

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Only a hash is kept; the token has 32 random bytes, so nobody finds it from the hash. */
export async function issueRefreshToken(tx: Transaction, sessionId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query('INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)', [hashOfToken(token), sessionId]);
  return token;
}
