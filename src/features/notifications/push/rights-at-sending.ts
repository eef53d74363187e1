import { Injectable, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { Access } from '../../../access/public/access.js';
import { Authenticate } from '../../../identity/public/authenticate.js';
import { TidingsError } from '../../../platform/errors.js';
import { FenceNode } from '../../../platform/fence/fence-node.js';
import type { Push } from './pushes.js';
import type { MaySend } from './push-service.js';

/**
 * Sends by the rights of the moment. A worker is a node of the fence: rights are read when a push is under way already, so
 * that a change of them finds it and ends it before it is answered; and nothing leaves without the lease.
 */
@Injectable()
export class RightsAtSending implements OnModuleInit {
  private readonly underWay = new Map<string, Set<AbortController>>();

  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly authenticate: Authenticate,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.fence.join(async (userIds) => {
      for (const userId of userIds === 'everybody' ? this.underWay.keys() : userIds) this.stop(userId);
    });
  }

  /**
   * Calls `send` with those that their users may see, if there are any. When the rights of one of them change meanwhile,
   * all of it ends.
   */
  async run(pushes: readonly Push[], send: (permitted: readonly Push[], may: MaySend) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const userIds = new Set(pushes.map(({ userId }) => userId));
    for (const userId of userIds) this.begin(userId, controller);
    try {
      // Not waited for: the claim on the push would run out meanwhile, and another worker send it too.
      if (!this.fence.holdsLease) throw new Error('Nobody can tell what the rights are at the moment.');
      const may = await Promise.all(pushes.map((push) => this.maySee(push)));
      const permitted = pushes.filter((_, place) => may[place] === true);
      const { signal } = controller;
      if (permitted.length > 0)
        await send(permitted, { signal, mayStillSend: () => !signal.aborted && this.fence.holdsLease });
    } finally {
      for (const userId of userIds) this.end(userId, controller);
    }
  }

  private begin(userId: string, controller: AbortController): void {
    const ofUser = this.underWay.get(userId) ?? new Set();
    this.underWay.set(userId, ofUser.add(controller));
  }

  private end(userId: string, controller: AbortController): void {
    const ofUser = this.underWay.get(userId);
    ofUser?.delete(controller);
    if (ofUser?.size === 0) this.underWay.delete(userId);
  }

  private stop(userId: string): void {
    for (const controller of this.underWay.get(userId) ?? []) controller.abort(new Error('The rights have changed.'));
  }

  /** The user, the login in which the subscription was made, and the permission: each may have ended. */
  private async maySee({ userId, sessionId, subscribedAt, workspaceId, permission }: Push): Promise<boolean> {
    try {
      const issuedAt = sessionId === null ? subscribedAt.getTime() : undefined;
      const grant = { userId, sessionId: sessionId ?? undefined, issuedAt, expiresAt: databaseNow() };
      const principal = await this.authenticate.refreshPrincipal(grant);
      if (workspaceId === null || permission === null) return true;
      return (await this.access.permissionsIn(principal, workspaceId))?.has(permission) === true;
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'unavailable') return false;
      throw error;
    }
  }
}
