import { Injectable, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Access } from '../../access/public/access.js';
import { holds } from '../../access/public/scoped-permissions.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import { TidingsError } from '../../platform/errors.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import type { SendGuard } from './push/push-service.js';

/** A notification that leaves the service for a user, and the login that asked for it. */
export interface Outgoing {
  readonly userId: string;
  /** Null: the notification depends on no login. */
  readonly sessionId: string | null;
  /** Without a login: what the user has revoked since then ends the wish for it. */
  readonly subscribedAt: Date;
  readonly workspaceId: string | null;
  readonly permission: string | null;
}

/**
 * Sends pushes and mails under the current rights. The worker is a node of the fence: a push is registered before its
 * rights are read, so that a change of rights aborts it before the change is answered. Without the lease nothing is
 * sent.
 */
@Injectable()
export class RightsListener implements OnModuleInit {
  private readonly inFlight = new Map<string, Set<AbortController>>();

  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly authenticate: Authenticate,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.fence.join(async (userIds) => {
      for (const userId of userIds === 'everybody' ? this.inFlight.keys() : userIds) this.abort(userId);
    });
  }

  /**
   * Calls `send` with the notifications that their users may see, unless there are none. A change of one user's rights
   * aborts the whole call.
   */
  async sendPermitted<Sent extends Outgoing>(
    pushes: readonly Sent[],
    send: (permitted: readonly Sent[], guard: SendGuard) => Promise<void>,
  ): Promise<void> {
    const controller = new AbortController();
    const userIds = new Set(pushes.map(({ userId }) => userId));
    for (const userId of userIds) this.track(userId, controller);
    try {
      // Fails instead of waiting for the lease: the claim could expire, and another worker would send the push too.
      if (!this.fence.holdsLease) throw new Error('The node has no lease and cannot verify rights.');
      const visible = await Promise.all(pushes.map((push) => this.canSee(push)));
      const permitted = pushes.filter((_, place) => visible[place] === true);
      const { signal } = controller;
      if (permitted.length > 0)
        await send(permitted, { signal, mayStillSend: () => !signal.aborted && this.fence.holdsLease });
    } finally {
      for (const userId of userIds) this.untrack(userId, controller);
    }
  }

  private track(userId: string, controller: AbortController): void {
    const ofUser = this.inFlight.get(userId) ?? new Set();
    this.inFlight.set(userId, ofUser.add(controller));
  }

  private untrack(userId: string, controller: AbortController): void {
    const ofUser = this.inFlight.get(userId);
    ofUser?.delete(controller);
    if (ofUser?.size === 0) this.inFlight.delete(userId);
  }

  private abort(userId: string): void {
    for (const controller of this.inFlight.get(userId) ?? []) controller.abort(new Error('The rights have changed.'));
  }

  /** Checks the user, the login of the subscription and the permission: each may have ended. */
  private async canSee({ userId, sessionId, subscribedAt, workspaceId, permission }: Outgoing): Promise<boolean> {
    try {
      const issuedAt = sessionId === null ? subscribedAt.getTime() : undefined;
      const grant = { userId, sessionId: sessionId ?? undefined, issuedAt, expiresAt: databaseNow() };
      const principal = await this.authenticate.refreshPrincipal(grant);
      if (workspaceId === null || permission === null) return true;
      return holds((await this.access.permissionsIn(principal, workspaceId)) ?? new Set(), permission);
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'unavailable') return false;
      throw error;
    }
  }
}
