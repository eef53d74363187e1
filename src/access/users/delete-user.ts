import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { RemoveUser } from '../../identity/public/remove-user.js';
import { Audit } from '../../platform/audit/audit.js';
import { Fence } from '../../platform/fence/fence.js';

@Injectable()
export class DeleteUser {
  constructor(
    private readonly fence: Fence,
    private readonly removeUser: RemoveUser,
    private readonly audit: Audit,
  ) {}

  /**
   * The user's tokens and keys are void and the sockets closed; what the user has done stays in the log.
   * @throws what `RemoveUser` throws, `workspace.last-owner` among it
   */
  async execute(actor: RequestActor, userId: string): Promise<void> {
    await this.fence.transaction(async (tx, changed) => {
      const id = await this.removeUser.lock(tx, actor.principal, userId);
      await this.removeUser.remove(tx, changed, id);
      await this.audit.record(tx, { action: 'user.deleted', actor, workspaceId: null, target: id });
    });
  }
}
