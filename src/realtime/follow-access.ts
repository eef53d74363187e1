import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Access } from '../access/contracts/access.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import type { Principal } from '../identity/contracts/principal.js';
import { TidingsError } from '../platform/errors/define-error.js';
import { FenceNode } from '../platform/fence/fence-node.js';
import { closingFor } from './closing-for.js';
import { PresenceNode } from './presence/presence-node.js';
import type { Session } from './sockets/session.js';
import { Sessions } from './sockets/sessions.js';

const USERS_AT_A_TIME = 8;

/**
 * Takes away at once what a user may not read any more, and tells every open client of that user what it may do now. The
 * fence waits for it: whoever changed the rights gets his answer when it is done.
 */
@Injectable()
export class FollowAccess implements OnModuleInit {
  private readonly logger = new Logger(FollowAccess.name);

  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly authenticate: Authenticate,
    private readonly sessions: Sessions,
    private readonly presence: PresenceNode,
  ) {}

  /** Before the first socket is let in. */
  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds === 'everybody' ? this.sessions.userIds() : userIds));
  }

  private async apply(userIds: readonly string[]): Promise<void> {
    this.presence.forget(userIds);
    const present = userIds.filter((userId) => this.sessions.of(userId).size > 0);
    for (const userId of present) {
      // Subscriptions that are being made right now were checked too early: this makes them check again.
      for (const session of this.sessions.of(userId)) session.rightsVersion++;
    }
    for (let start = 0; start < present.length; start += USERS_AT_A_TIME) {
      await Promise.all(present.slice(start, start + USERS_AT_A_TIME).map((userId) => this.recheckUser(userId)));
    }
  }

  private async recheckUser(userId: string): Promise<void> {
    const groups = groupByCredential(this.sessions.of(userId));
    await Promise.all(groups.map(({ principal, sessions }) => this.recheckOrClose(principal, sessions)));
  }

  /** Who can't be checked is let go: nobody keeps on reading because the database was away. */
  private async recheckOrClose(principal: Principal, sessions: readonly Session[]): Promise<void> {
    try {
      await this.recheck(principal, sessions);
    } catch (error) {
      const { userId } = principal;
      if (!(error instanceof TidingsError)) this.logger.warn({ msg: 'checking rights failed', userId, err: error });
      for (const session of sessions) {
        // One that has shown another credential meanwhile is looked at by that one, at its renewal.
        if (!isSameCredential(session.principal, principal)) continue;
        session.sendError(error);
        session.close(closingFor(error));
      }
    }
  }

  private async recheck(principal: Principal, sessions: readonly Session[]): Promise<void> {
    const principalNow = await this.authenticate.principalFor(principal);
    const channels = new Set(sessions.flatMap((session) => [...session.subscriptions.keys()]));
    const readable = await this.access.readableChannels(principalNow, [...channels]);
    const workspaces = await this.access.workspacesOf(principalNow);
    const permissions = workspaces.map(({ id, role, permissions }) => ({ id, role, permissions: [...permissions] }));
    for (const session of sessions) {
      for (const channel of session.subscriptions.keys()) {
        if (!channels.has(channel) || readable.has(channel)) continue;
        session.unsubscribe(channel);
        session.send('subscription:revoked', { channel, reason: 'permission' });
      }
      session.send('permissions:updated', { workspaces: permissions });
    }
  }
}

const isSameCredential = (one: Principal, other: Principal): boolean =>
  one.sessionId === other.sessionId && one.keyId === other.keyId && one.issuedAt === other.issuedAt;

/** What ends one login or one key leaves the user's other sockets alone. */
function groupByCredential(sessions: Iterable<Session>): { principal: Principal; sessions: Session[] }[] {
  const groups: { principal: Principal; sessions: Session[] }[] = [];
  for (const session of sessions) {
    const group = groups.find(({ principal }) => isSameCredential(principal, session.principal));
    if (group === undefined) groups.push({ principal: session.principal, sessions: [session] });
    else group.sessions.push(session);
  }
  return groups;
}
