import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import type { OpenSession } from '../public/open-session.js';
import { beginSession } from '../sessions/begin-session.js';
import type { LoginRequest } from './login.schemas.js';
import { wrongLogin } from './login.errors.js';
import { KnownDevice } from './known-device.js';
import { LoginThrottle } from './login-throttle.js';
import { isPassword } from '../users/passwords.js';

interface Account {
  readonly id: string;
  /** Null for a user who signs in at another issuer. */
  readonly passwordHash: string | null;
  readonly disabled: boolean;
}

export interface LoggedIn {
  readonly session: OpenSession;
  /** The value of a Set-Cookie header. */
  readonly deviceCookie: string;
}

@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly throttle: LoginThrottle,
    private readonly devices: KnownDevice,
    private readonly audit: Audit,
  ) {}

  /**
   * @param cookies the Cookie header, which may name a device in which this user has logged in before
   * @throws `auth.wrong-login`, or `auth.too-many-logins` even for the right password
   */
  async withPassword(
    { email: typed, password }: LoginRequest,
    client: ClientInfo,
    cookies: string | undefined,
  ): Promise<LoggedIn> {
    const email = typed.toLowerCase();
    const user = await this.find(email);
    const deviceId = this.devices.idFor(user?.id, cookies);
    // After the query, so that a database failure does not count as a failed login.
    const succeeded = this.throttle.begin({ email, address: client.ip ?? '', deviceId });
    const matches = await isPassword(password, user?.passwordHash);
    if (user === undefined || user.passwordHash === null || user.disabled || !matches) {
      await this.recordFailure(user, client, !matches ? 'wrong-password' : 'disabled');
      throw wrongLogin();
    }
    succeeded();
    const session = await this.begin(user.id, user.passwordHash, client);
    if (session === undefined) throw wrongLogin();
    return { session, deviceCookie: this.devices.cookieFor(user.id, deviceId) };
  }

  private async begin(userId: string, passwordHash: string, client: ClientInfo): Promise<OpenSession | undefined> {
    return this.database.transaction(async (tx) => {
      const session = await beginSession(tx, userId, client, passwordHash);
      if (session === undefined) return undefined;
      const actor = { ...client, actorId: userId };
      await this.audit.record(tx, { action: 'login.succeeded', actor, workspaceId: null, target: userId });
      return session;
    });
  }

  /** Does not record the typed e-mail address: people type passwords into the wrong field. */
  private async recordFailure(user: Account | undefined, client: ClientInfo, reason: string): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.record(tx, {
        action: 'login.failed',
        actor: { ...client, actorId: null },
        workspaceId: null,
        target: user?.id ?? null,
        after: { reason: user === undefined ? 'unknown-user' : reason },
      }),
    );
  }

  private async find(email: string): Promise<Account | undefined> {
    const [user] = await this.database.query<Account>(
      'SELECT id, password_hash AS "passwordHash", disabled FROM users WHERE email = $1',
      [email],
    );
    return user;
  }
}
