import { Injectable } from '@nestjs/common';
import { databaseNow } from '../platform/clock/database-clock.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import { Gate } from './gate.js';
import { otherUser } from './realtime.errors.js';
import type { Session } from './sockets/session.js';

/** Lets a socket outlive its token. */
@Injectable()
export class RenewSession {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly gate: Gate,
  ) {}

  /**
   * @returns for how many seconds the new token is good
   * @throws `auth.other-user`, and whatever `Authenticate` throws; the session then ends when its old token does
   */
  run(session: Session, token: string): Promise<number> {
    return this.gate.pass(() => this.renew(session, token));
  }

  private async renew(session: Session, token: string): Promise<number> {
    for (;;) {
      const { rightsVersion } = session;
      const principal = await this.authenticate.principalOf(token);
      if (principal.userId !== session.principal.userId) throw otherUser();
      // The new token's session may have ended just now, and only the old one's was looked at: look again.
      if (session.rightsVersion !== rightsVersion) continue;
      session.authenticated(principal);
      return Math.max(0, Math.floor((principal.expiresAt - databaseNow()) / 1_000));
    }
  }
}
