import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Access } from '../../../access/contracts/access.js';
import { Authenticate } from '../../../identity/contracts/authenticate.js';
import { TidingsError } from '../../../platform/errors/define-error.js';
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

  /** @returns what `send` returns; undefined when the user may not see it */
  async run<Result>(push: Push, send: (may: MaySend) => Promise<Result>): Promise<Result | undefined> {
    const controller = new AbortController();
    const ofUser = this.underWay.get(push.userId) ?? new Set();
    this.underWay.set(push.userId, ofUser.add(controller));
    try {
      // Not waited for: the claim on the push would run out meanwhile, and another worker send it too.
      if (!this.fence.holdsLease) throw new Error('Nobody can tell what the rights are at the moment.');
      if (!(await this.maySee(push))) return undefined;
      const { signal } = controller;
      return await send({ signal, mayStillSend: () => !signal.aborted && this.fence.holdsLease });
    } finally {
      ofUser.delete(controller);
      if (ofUser.size === 0 && this.underWay.get(push.userId) === ofUser) this.underWay.delete(push.userId);
    }
  }

  private stop(userId: string): void {
    for (const controller of this.underWay.get(userId) ?? []) controller.abort(new Error('The rights have changed.'));
  }

  /** The user, the login in which the subscription was made, and the permission: each may have ended. */
  private async maySee({ userId, sessionId, workspaceId, permission }: Push): Promise<boolean> {
    try {
      const grant = { userId, sessionId: sessionId ?? undefined, expiresAt: Date.now() };
      const principal = await this.authenticate.principalFor(grant);
      if (workspaceId === null || permission === null) return true;
      return (await this.access.permissionsIn(principal, workspaceId))?.has(permission) === true;
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'unavailable') return false;
      throw error;
    }
  }
}
