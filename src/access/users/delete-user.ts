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
   * Deletes a user, revokes the user's credentials and closes the user's sockets. The user's entries in the log stay.
   * @throws the errors of `RemoveUser`, including `workspace.last-owner`
   */
  async run(actor: RequestActor, userId: string): Promise<void> {
    await this.fence.transaction(async (tx, changed) => {
      const id = await this.removeUser.lock(tx, actor.principal, userId);
      const workspaces = await tx.query<{ id: string }>('SELECT workspace_id AS id FROM members WHERE user_id = $1', [
        id,
      ]);
      for (const workspace of workspaces) this.audit.announce(tx, workspace.id, 'member.removed');
      await this.removeUser.remove(tx, changed, id);
      await this.audit.record(tx, { action: 'user.deleted', actor, workspaceId: null, target: id });
    });
  }
}
