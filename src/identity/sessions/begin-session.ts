import type { Transaction } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { newId } from '../../platform/ids.js';
import type { OpenSession } from '../public/open-session.js';
import { IDLE_DAYS, issueRefreshToken } from './refresh-tokens.js';

/**
 * @param passwordHash the hash that the given password was checked against; undefined when no password was checked
 * @returns undefined when the user was disabled or changed the password meanwhile
 */
export async function beginSession(
  tx: Transaction,
  userId: string,
  { ip, userAgent }: ClientInfo,
  passwordHash?: string,
): Promise<OpenSession | undefined> {
  const id = newId();
  // Locks the user, because a concurrent password change would not see this session and would not end it. Locking the
  // user before the expired sessions follows the lock order of that change.
  const [session] = await tx.query<{ expires_at: Date }>(
    `INSERT INTO sessions (id, user_id, expires_at, ip, user_agent)
     SELECT $1, id, now() + make_interval(days => $4), $5, $6 FROM users
     WHERE id = $2 AND ($3::text IS NULL OR password_hash = $3) AND NOT disabled FOR SHARE
     RETURNING expires_at`,
    [id, userId, passwordHash ?? null, IDLE_DAYS, ip, userAgent],
  );
  if (session === undefined) return undefined;
  await tx.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [userId]);
  return { id, userId, expiresAt: session.expires_at, refreshToken: await issueRefreshToken(tx, id) };
}
