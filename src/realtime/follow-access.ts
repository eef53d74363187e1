import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Access } from '../access/contracts/access.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import { userDisabled } from '../identity/contracts/auth.errors.js';
import { TidingsError } from '../platform/errors/define-error.js';
import { FenceNode } from '../platform/fence/fence-node.js';
import { CLOSE } from './close-codes.js';
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
  ) {}

  /** Before the first socket is let in. */
  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds === 'everybody' ? this.sessions.userIds() : userIds));
  }

  private async apply(userIds: readonly string[]): Promise<void> {
    const present = userIds.filter((userId) => this.sessions.of(userId).size > 0);
    for (const userId of present) {
      // Subscriptions that are being made right now were checked too early: this makes them check again.
      for (const session of this.sessions.of(userId)) session.rightsVersion++;
    }
    for (let start = 0; start < present.length; start += USERS_AT_A_TIME) {
      await Promise.all(present.slice(start, start + USERS_AT_A_TIME).map((userId) => this.recheckOrClose(userId)));
    }
  }

  /** Who can't be checked is let go: nobody keeps on reading because the database was away. */
  private async recheckOrClose(userId: string): Promise<void> {
    try {
      await this.recheck(userId, [...this.sessions.of(userId)]);
    } catch (error) {
      const disabled = error instanceof TidingsError && error.definition === userDisabled.definition;
      if (!disabled) this.logger.warn({ msg: 'checking rights failed', userId, err: error });
      for (const session of this.sessions.of(userId)) {
        session.sendError(error);
        session.close(disabled ? CLOSE.forbidden : CLOSE.tryLater);
      }
    }
  }

  private async recheck(userId: string, sessions: readonly Session[]): Promise<void> {
    await this.authenticate.principalFor({ userId, expiresAt: 0 });
    const channels = new Set(sessions.flatMap((session) => [...session.subscriptions.keys()]));
    const readable = await this.access.readableChannels(userId, [...channels]);
    const workspaces = await this.access.workspacesOf(userId);
    const permissions = workspaces.map(({ id, role, permissions }) => ({ id, role, permissions }));
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
