import type { ClientInfo } from '../../platform/http/server/client-info.js';
import type { Database, Transaction } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';

/** An open session, with the client of its last login or refresh. */
export interface StoredSession {
  readonly id: string;
  readonly createdAt: Date;
  /** Null: never. */
  readonly refreshedAt: Date | null;
  readonly expiresAt: Date;
  /** Null for a session that an older release has begun. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The API key that vouches for the user; null for a login. */
  readonly vouchedBy: string | null;
}

/** The open sessions of a user, oldest first, and one more than `limit` when there are more. */
export function listSessions(
  reader: Pick<Database, 'query'>,
  userId: string,
  { limit, cursor }: PageQuery,
): Promise<StoredSession[]> {
  return reader.query<StoredSession>(
    `SELECT id, created_at AS "createdAt", refreshed_at AS "refreshedAt", expires_at AS "expiresAt", ip,
       user_agent AS "userAgent", key_id AS "vouchedBy"
     FROM sessions WHERE user_id = $1 AND expires_at > now() AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [userId, cursor ?? null, limit + 1],
  );
}

/** Deletes a session with its tokens, tickets and push subscriptions. @returns undefined if the user has no such one */
export async function deleteSession(
  tx: Transaction,
  userId: string,
  sessionId: string,
): Promise<Pick<ClientInfo, 'ip' | 'userAgent'> | undefined> {
  const [ended] = await tx.query<Pick<ClientInfo, 'ip' | 'userAgent'>>(
    'DELETE FROM sessions WHERE user_id = $1 AND id = $2 RETURNING ip, user_agent AS "userAgent"',
    [userId, sessionId],
  );
  return ended;
}
