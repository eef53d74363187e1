import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { sessionEnded, userDisabled } from '../public/auth.errors.js';
import type { OpenSession } from '../public/open-session.js';
import { hashOfToken, IDLE_DAYS, issueRefreshToken, MAX_DAYS } from './refresh-tokens.js';

/** Two tabs of one browser may send the same token at once: reuse within this time is not treated as theft. */
const GRACE_SECONDS = 10;

interface LockedSession {
  readonly id: string;
  readonly user_id: string;
}

interface TokenUse {
  readonly used: boolean;
  readonly within_grace: boolean | null;
  readonly disabled: boolean;
}

/**
 * Rotates refresh tokens (RFC 9700, 4.14.2). A reused token means that it or its successor was stolen; the server
 * cannot tell the user from the thief, so it ends the session.
 */
@Injectable()
export class RefreshSession {
  private readonly logger = new Logger(RefreshSession.name);

  constructor(private readonly fence: Fence) {}

  /**
   * @param client its address and its User-Agent identify the browser: reuse is tolerated only from the browser that
   *   used the token first
   * @throws `auth.session-ended`, `auth.user-disabled`
   */
  async run(refreshToken: string, client: ClientInfo): Promise<OpenSession> {
    const hash = hashOfToken(refreshToken);
    const session = await this.fence.transaction((tx, changed) => this.rotate(tx, changed, hash, client));
    // Thrown outside of the transaction, which has to commit the end of an abused session.
    if (session === undefined) throw sessionEnded();
    return session;
  }

  private async rotate(
    tx: Transaction,
    changed: RightsChanged,
    hash: Buffer,
    client: ClientInfo,
  ): Promise<OpenSession | undefined> {
    const usedBy = hashOfToken(`${client.ip ?? ''} ${client.userAgent ?? ''}`);
    const session = await lockSession(tx, hash);
    if (session === undefined) return undefined;
    const { id, user_id: userId } = session;
    const token = await readTokenUse(tx, userId, hash, usedBy);
    if (token.disabled) throw userDisabled();
    if (token.used && token.within_grace !== true) {
      await tx.query('DELETE FROM sessions WHERE id = $1', [id]);
      changed(userId);
      this.logger.warn({ msg: 'a refresh token was reused: its session has ended', userId, sessionId: id });
      return undefined;
    }
    // Marks all unused tokens of the session, including that of a second tab: a later use of one is a sign of theft.
    if (!token.used) {
      await tx.query(
        'UPDATE refresh_tokens SET used_at = clock_timestamp(), used_by = $2 WHERE session_id = $1 AND used_at IS NULL',
        [id, usedBy],
      );
    }
    return {
      id,
      userId,
      expiresAt: await extendSession(tx, id, client),
      refreshToken: await issueRefreshToken(tx, id),
    };
  }
}

/** Serializes the refreshes of one session, so that a concurrent refresh sees this one. */
async function lockSession(tx: Transaction, hash: Buffer): Promise<LockedSession | undefined> {
  const [session] = await tx.query<LockedSession>(
    `SELECT id, user_id FROM sessions
     WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) AND expires_at > now()
     FOR UPDATE`,
    [hash],
  );
  return session;
}

async function readTokenUse(tx: Transaction, userId: string, hash: Buffer, client: Buffer): Promise<TokenUse> {
  const [token] = await tx.query<TokenUse>(
    `SELECT used_at IS NOT NULL AS used, users.disabled,
       used_by = $3 AND used_at > clock_timestamp() - make_interval(secs => $4) AS within_grace
     FROM refresh_tokens, users WHERE hash = $2 AND users.id = $1`,
    [userId, hash, client, GRACE_SECONDS],
  );
  if (token === undefined) throw sessionEnded();
  return token;
}

async function extendSession(tx: Transaction, sessionId: string, { ip, userAgent }: ClientInfo): Promise<Date> {
  const [session] = await tx.query<{ expires_at: Date }>(
    `UPDATE sessions
     SET expires_at = LEAST(now() + make_interval(days => $2), created_at + make_interval(days => $3)),
       refreshed_at = now(), ip = $4, user_agent = $5
     WHERE id = $1 RETURNING expires_at`,
    [sessionId, IDLE_DAYS, MAX_DAYS, ip, userAgent],
  );
  if (session === undefined) throw sessionEnded();
  return session.expires_at;
}
