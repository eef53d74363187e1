import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import { sessionEnded, userDisabled } from '../public/auth.errors.js';
import type { OpenSession } from './begin-session.js';
import { hashOfToken, IDLE_DAYS, issueRefreshToken, MAX_DAYS } from './refresh-tokens.js';

/** Two tabs of one browser may send the same token: the second one isn't a thief for so long. */
const GRACE_SECONDS = 10;

interface LockedSession {
  readonly id: string;
  readonly user_id: string;
}

interface Presented {
  readonly used: boolean;
  readonly forgivable: boolean | null;
  readonly disabled: boolean;
}

/**
 * Changes a refresh token for a new one (RFC 9700, 4.14.2). A token that comes a second time was stolen, or its successor
 * was: nobody can tell who is who, so the session ends for both.
 */
@Injectable()
export class RefreshSession {
  private readonly logger = new Logger(RefreshSession.name);

  constructor(private readonly fence: Fence) {}

  /**
   * @param client tells browsers apart: a token is forgiven its second use only to the one that used it first
   * @throws `auth.session-ended`, `auth.user-disabled`
   */
  async execute(refreshToken: string, client: string): Promise<OpenSession> {
    const hash = hashOfToken(refreshToken);
    const session = await this.fence.transaction((tx, changed) => this.change(tx, changed, hash, hashOfToken(client)));
    // Not thrown inside: the end of a session that was abused has to be committed.
    if (session === undefined) throw sessionEnded();
    return session;
  }

  private async change(
    tx: Transaction,
    changed: RightsChanged,
    hash: Buffer,
    client: Buffer,
  ): Promise<OpenSession | undefined> {
    const session = await lockSession(tx, hash);
    if (session === undefined) return undefined;
    const { id, user_id: userId } = session;
    const presented = await look(tx, userId, hash, client);
    if (presented.disabled) throw userDisabled();
    if (presented.used && presented.forgivable !== true) {
      await tx.query('DELETE FROM sessions WHERE id = $1', [id]);
      changed(userId);
      this.logger.warn({ msg: 'a refresh token came twice: its session has ended', userId, sessionId: id });
      return undefined;
    }
    // All that are unused, also one that a second tab got: should it turn up later, it is somebody else who has it.
    if (!presented.used) {
      await tx.query(
        'UPDATE refresh_tokens SET used_at = clock_timestamp(), used_by = $2 WHERE session_id = $1 AND used_at IS NULL',
        [id, client],
      );
    }
    return { id, userId, expiresAt: await prolong(tx, id), refreshToken: await issueRefreshToken(tx, id) };
  }
}

/** Refreshes of one session happen one after the other: of two that come at once, one sees what the other did. */
async function lockSession(tx: Transaction, hash: Buffer): Promise<LockedSession | undefined> {
  const [session] = await tx.query<LockedSession>(
    `SELECT id, user_id FROM sessions
     WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) AND expires_at > now()
     FOR UPDATE`,
    [hash],
  );
  return session;
}

async function look(tx: Transaction, userId: string, hash: Buffer, client: Buffer): Promise<Presented> {
  const [presented] = await tx.query<Presented>(
    `SELECT used_at IS NOT NULL AS used, users.disabled,
       used_by = $3 AND used_at > clock_timestamp() - make_interval(secs => $4) AS forgivable
     FROM refresh_tokens, users WHERE hash = $2 AND users.id = $1`,
    [userId, hash, client, GRACE_SECONDS],
  );
  if (presented === undefined) throw sessionEnded();
  return presented;
}

async function prolong(tx: Transaction, sessionId: string): Promise<Date> {
  const [session] = await tx.query<{ expires_at: Date }>(
    `UPDATE sessions
     SET expires_at = LEAST(now() + make_interval(days => $2), created_at + make_interval(days => $3))
     WHERE id = $1 RETURNING expires_at`,
    [sessionId, IDLE_DAYS, MAX_DAYS],
  );
  if (session === undefined) throw sessionEnded();
  return session.expires_at;
}
