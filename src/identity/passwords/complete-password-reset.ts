import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { hashOfOneTimeToken } from '../public/one-time-token.js';
import { endCredentials, endSessions } from '../sessions/end-credentials.js';
import { hashPassword } from '../users/passwords.js';
import { resetInvalid } from './password-reset.errors.js';

interface ResetRow {
  readonly mailed: boolean;
}

interface Account {
  readonly emailUnverified: boolean;
}

/** Sets a new password by a link. */
@Injectable()
export class CompletePasswordReset {
  constructor(
    private readonly database: Database,
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * Ends all sessions of the user and voids the user's other links.
   * @throws `password-reset.invalid`
   */
  async run(token: string, password: string, client: ClientInfo): Promise<void> {
    const hash = hashOfOneTimeToken(token);
    const [found] = await this.database.query<{ user_id: string }>(
      'SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > now()',
      [hash],
    );
    // Before hashing, which is slow on purpose.
    if (found === undefined) throw resetInvalid();
    const userId = found.user_id;
    const passwordHash = await hashPassword(password);
    await this.fence.transaction(async (tx, changed) => {
      // The user first, as every change of a user locks.
      const [user] = await tx.query<Account>(
        `SELECT email_unverified AS "emailUnverified" FROM users
         WHERE id = $1 AND NOT disabled AND password_hash IS NOT NULL FOR UPDATE`,
        [userId],
      );
      const used = user === undefined ? undefined : await consume(tx, hash, userId);
      if (user === undefined || used === undefined) throw resetInvalid();
      // The mail proves whose address it is; an earlier holder of the account may be another person.
      const isProven = user.emailUnverified && used.mailed;
      if (isProven) await endCredentials(tx, changed, userId);
      changed(userId);
      await endSessions(tx, changed, 'user_id = $1', [userId]);
      await tx.query(
        `UPDATE users SET password_hash = $2, must_change_password = false,
           email_unverified = email_unverified AND NOT $3 WHERE id = $1`,
        [userId, passwordHash, isProven],
      );
      const entry = { actor: { ...client, actorId: null }, workspaceId: null, target: userId };
      await this.audit.record(tx, { action: 'user.password-reset', ...entry, after: { byMail: used.mailed } });
    });
  }
}

/** Deletes all links of the user. @returns the one with this hash; undefined when it was used or expired meanwhile */
async function consume(tx: Transaction, hash: Buffer, userId: string): Promise<ResetRow | undefined> {
  const [used] = await tx.query<ResetRow>(
    'DELETE FROM password_resets WHERE token_hash = $1 AND expires_at > now() RETURNING mailed',
    [hash],
  );
  await tx.query('DELETE FROM password_resets WHERE user_id = $1', [userId]);
  return used;
}
