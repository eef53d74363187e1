import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import type { RequestActor } from '../public/caller.js';
import { EndSessions } from '../sessions/end-sessions.js';
import { LoginThrottle } from './login-throttle.js';
import { wrongPassword } from './login.errors.js';
import { hashPassword, isPassword } from '../users/passwords.js';

interface AccountRow {
  readonly password_hash: string | null;
}

@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly fence: Fence,
    private readonly throttle: LoginThrottle,
    private readonly endSessions: EndSessions,
    private readonly audit: Audit,
  ) {}

  /**
   * Ends every other session of the user, because the old password may have been stolen, and voids links that reset it.
   * @throws `auth.wrong-password`, or `auth.too-many-logins`, so that a stolen token cannot be used to guess the
   *   password
   */
  async run(actor: RequestActor, current: string, wanted: string): Promise<void> {
    const { userId, sessionId } = actor.principal;
    const [account] = await this.database.query<AccountRow>('SELECT password_hash FROM users WHERE id = $1', [userId]);
    if (account === undefined) throw wrongPassword();
    // Counted per session: failed logins from elsewhere must not block the user here.
    const succeeded = this.throttle.beginIn(sessionId ?? userId);
    if (!(await isPassword(current, account.password_hash))) throw wrongPassword();
    succeeded();
    const passwordHash = await hashPassword(wanted);
    await this.fence.transaction(async (tx, changed) => {
      const updated = await tx.query(
        `UPDATE users SET password_hash = $3, must_change_password = false
         WHERE id = $1 AND password_hash = $2 RETURNING id`,
        [userId, account.password_hash, passwordHash],
      );
      // A concurrent change has replaced the password.
      if (updated.length === 0) throw wrongPassword();
      await tx.query('DELETE FROM password_resets WHERE user_id = $1', [userId]);
      await this.endSessions.ofUserExcept(tx, changed, userId, sessionId);
      await this.audit.record(tx, { action: 'user.password-changed', actor, workspaceId: null, target: userId });
    });
  }
}
