import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { otherUser } from '../protocol/realtime.errors.js';
import type { Connection } from '../connections/connection.js';

/** Replaces the token of an open socket. */
@Injectable()
export class RefreshAuth {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly semaphore: Semaphore,
  ) {}

  /**
   * @returns for how many seconds the new token is valid
   * @throws `auth.other-user`, and the errors of `Authenticate`; the connection then closes when its old token expires
   */
  run(connection: Connection, token: string): Promise<number> {
    return this.semaphore.run(() => this.renew(connection, token));
  }

  private async renew(connection: Connection, token: string): Promise<number> {
    for (;;) {
      const { rightsVersion } = connection;
      const principal = await this.authenticate.principalOf(token);
      if (principal.userId !== connection.principal.userId) throw otherUser();
      // A rights change has checked only the old token's session, and the new one's may have ended: check again.
      if (connection.rightsVersion !== rightsVersion) continue;
      connection.authenticated(principal);
      return Math.max(0, Math.floor((principal.expiresAt - databaseNow()) / 1_000));
    }
  }
}
