import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids.js';
import { Audit } from '../../platform/audit/audit.js';
import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import type { Actor } from '../../platform/audit/actor.js';
import { Fence } from '../../platform/fence/fence.js';

@Injectable()
export class CreateWorkspace {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * Creates a workspace with an administrator as its owner and only member.
   * @throws `auth.admin-required`
   */
  async run(actor: Actor, { name }: { readonly name: string }, ownerId: string): Promise<{ id: string }> {
    const id = newId();
    await this.fence.transaction(async (tx, changed) => {
      await lockAdministrator(tx, ownerId);
      await tx.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [id, name]);
      await tx.query(`INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [id, ownerId]);
      changed(ownerId);
      const after = { name, owner: ownerId };
      await this.audit.record(tx, { action: 'workspace.created', actor, workspaceId: id, target: id, after });
    });
    return { id };
  }
}
