import type { Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { IDLE_DAYS, issueRefreshToken } from './refresh-tokens.js';

/** A login that goes on. It is there as long as its row is: ending it deletes the row. */
export interface OpenSession {
  readonly id: string;
  readonly userId: string;
  /** Moves on with each refresh. */
  readonly expiresAt: Date;
  /** Good for one refresh. */
  readonly refreshToken: string;
}

/**
 * @param passwordHash that of the password which was shown
 * @returns undefined when the user has been disabled or has got another password meanwhile
 */
export async function beginSession(
  tx: Transaction,
  userId: string,
  passwordHash: string,
): Promise<OpenSession | undefined> {
  const id = newId();
  // The lock: a change of the password that is under way would not see this session, and would not end it. It comes
  // before the locks of sessions that have ended, as it does there.
  const [session] = await tx.query<{ expires_at: Date }>(
    `INSERT INTO sessions (id, user_id, expires_at)
     SELECT $1, id, now() + make_interval(days => $4) FROM users
     WHERE id = $2 AND password_hash = $3 AND NOT disabled FOR SHARE
     RETURNING expires_at`,
    [id, userId, passwordHash, IDLE_DAYS],
  );
  if (session === undefined) return undefined;
  await tx.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [userId]);
  return { id, userId, expiresAt: session.expires_at, refreshToken: await issueRefreshToken(tx, id) };
}
