import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import type { RequestActor } from '../public/caller.js';
import { userNotFound } from '../public/user.errors.js';
import { lockForAdministration } from '../users/lock-users.js';
import { endForeignTokens, endSessions } from './end-credentials.js';
import { sessionNotFound } from './session.errors.js';
import { deleteSession, listSessions, type StoredSession } from './sessions.store.js';

/** Lists and ends the sessions of users: by themselves, or by administrators. */
@Injectable()
export class ManageSessions {
  constructor(
    private readonly database: Database,
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  ofUser(userId: string, query: PageQuery): Promise<StoredSession[]> {
    return listSessions(this.database, userId, query);
  }

  /** @throws `user.not-found` */
  async ofAnyUser(userId: string, query: PageQuery): Promise<StoredSession[]> {
    if (!isUuid(userId)) throw userNotFound();
    const sessions = await this.ofUser(userId, query);
    if (sessions.length === 0 && !(await this.exists(userId))) throw userNotFound();
    return sessions;
  }

  /** Ends a session of the caller. @throws `session.not-found` */
  async endOwn(actor: RequestActor, sessionId: string): Promise<void> {
    const { userId } = actor.principal;
    await this.fence.transaction((tx, changed) => this.end(tx, changed, { actor, userId, sessionId }));
  }

  /** @throws `user.not-found`, `auth.admin-required`, `session.not-found` */
  async endAsAdministrator(actor: RequestActor, id: string, sessionId: string): Promise<void> {
    if (!isUuid(id)) throw userNotFound();
    await this.fence.transaction(async (tx, changed) => {
      const { id: userId } = await lockForAdministration(tx, actor.principal, id.toLowerCase());
      await this.end(tx, changed, { actor, userId, sessionId });
    });
  }

  /**
   * Ends all sessions of a user, and revokes the tokens that other issuers have issued so far. API keys stay.
   * @throws `user.not-found`, `auth.admin-required`
   */
  async endAllAsAdministrator(actor: RequestActor, id: string): Promise<void> {
    if (!isUuid(id)) throw userNotFound();
    await this.fence.transaction(async (tx, changed) => {
      const { id: userId } = await lockForAdministration(tx, actor.principal, id.toLowerCase());
      changed(userId);
      await endForeignTokens(tx, userId);
      await endSessions(tx, changed, 'user_id = $1', [userId]);
      await this.audit.record(tx, { action: 'user.sessions-ended', actor, workspaceId: null, target: userId });
    });
  }

  private async end(
    tx: Transaction,
    changed: RightsChanged,
    { actor, userId, sessionId }: { actor: RequestActor; userId: string; sessionId: string },
  ): Promise<void> {
    const ended = isUuid(sessionId) ? await deleteSession(tx, userId, sessionId) : undefined;
    if (ended === undefined) throw sessionNotFound();
    changed(userId);
    const before = { sessionId: sessionId.toLowerCase(), ip: ended.ip, userAgent: ended.userAgent };
    await this.audit.record(tx, { action: 'user.session-ended', actor, workspaceId: null, target: userId, before });
  }

  private async exists(userId: string): Promise<boolean> {
    return (await this.database.query('SELECT FROM users WHERE id = $1', [userId])).length > 0;
  }
}
