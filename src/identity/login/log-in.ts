import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import type { Origin } from '../../platform/http/origin.js';
import { beginSession, type OpenSession } from '../sessions/begin-session.js';
import { User } from '../users/user.entity.js';
import { wrongLogin } from './login.errors.js';
import { LoginThrottle } from './login-throttle.js';
import { isPassword } from './passwords.js';

@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly throttle: LoginThrottle,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws `auth.wrong-login`, or `auth.too-many-logins` whatever the password
   */
  async withPassword(email: string, password: string, origin: Origin): Promise<OpenSession> {
    const user = await this.find(email.toLowerCase());
    // Begun after the query: a database that doesn't answer is nobody's failed login.
    const succeeded = this.throttle.begin(email.toLowerCase(), origin.ip ?? '');
    const matches = await isPassword(password, user?.passwordHash);
    if (user === null || user.passwordHash === null || user.disabled || !matches) {
      await this.recordFailure(user, origin, !matches ? 'wrong-password' : 'disabled');
      throw wrongLogin();
    }
    succeeded();
    const session = await this.begin(user.id, user.passwordHash, origin);
    if (session === undefined) throw wrongLogin();
    return session;
  }

  private async begin(userId: string, passwordHash: string, origin: Origin): Promise<OpenSession | undefined> {
    return this.database.transaction(async (tx) => {
      const session = await beginSession(tx, userId, passwordHash);
      if (session === undefined) return undefined;
      const by = { ...origin, actorId: userId };
      await this.audit.record(tx, { action: 'login.succeeded', by, workspaceId: null, target: userId });
      return session;
    });
  }

  /** Never what was typed: into the wrong field, people type passwords. What is throttled before isn't recorded. */
  private async recordFailure(user: User | null, origin: Origin, reason: string): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.record(tx, {
        action: 'login.failed',
        by: { ...origin, actorId: null },
        workspaceId: null,
        target: user?.id ?? null,
        after: { reason: user === null ? 'unknown-user' : reason },
      }),
    );
  }

  private async find(email: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'user')
      .addSelect('user.passwordHash')
      .where({ email })
      .getOne();
  }
}
