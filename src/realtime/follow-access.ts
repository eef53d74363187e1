import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Access } from '../access/contracts/access.js';
import { ACCESS_TOPIC } from '../identity/contracts/access-topic.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import { userDisabled } from '../identity/contracts/auth.errors.js';
import { Bus } from '../platform/bus/bus.js';
import { TidingsError } from '../platform/errors/define-error.js';
import { CLOSE } from './close-codes.js';
import type { Session } from './sockets/session.js';
import { Sessions } from './sockets/sessions.js';

const USERS_AT_A_TIME = 8;

/**
 * Takes away at once what a user may not read any more, and tells every open client of that user what it may do now.
 * This follows a hint: a fence, by which the administrator's answer waits for every node, has its place in `hear`.
 */
@Injectable()
export class FollowAccess implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(FollowAccess.name);
  private readonly changed = new Set<string>();
  private working = false;
  private unlisten = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly access: Access,
    private readonly authenticate: Authenticate,
    private readonly sessions: Sessions,
  ) {}

  onModuleInit(): void {
    this.unlisten = this.bus.listen(ACCESS_TOPIC, (userId) => this.hear(userId));
  }

  beforeApplicationShutdown(): void {
    this.unlisten();
  }

  private hear(userId: string): void {
    const sessions = this.sessions.of(userId);
    if (sessions.size === 0) return;
    // Subscriptions that are being made right now were checked too early: this makes them check again.
    for (const session of sessions) session.rightsVersion++;
    this.changed.add(userId);
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.changed.size > 0) {
      const users = [...this.changed].slice(0, USERS_AT_A_TIME);
      for (const userId of users) this.changed.delete(userId);
      await Promise.all(users.map((userId) => this.recheckOrClose(userId)));
    }
    this.working = false;
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
