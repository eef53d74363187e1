import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { lockMembers } from '../members/lock-members.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { workspaceData } from '../public/workspace-data.js';
import { showDeleted, type DeletedRow, type DeletedWorkspace } from './deleted-workspaces.js';
import { nameUnconfirmed, workspaceOwnerRequired } from './workspace.errors.js';

/** The days in which an owner can restore a deleted workspace. */
export const GRACE_DAYS = 7;

@Injectable()
export class DeleteWorkspace {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
    private readonly bus: Bus,
  ) {}

  /**
   * Takes the rights of all members away, on every node by the time that this returns. The data stays for the grace
   * period.
   * @param confirmed the name of the workspace, as the caller has typed it
   * @throws `workspace.not-found`, `workspace.owner-required`, `workspace.name-unconfirmed`
   */
  async run(actor: RequestActor, workspaceId: string, confirmed: string): Promise<DeletedWorkspace> {
    if (!isId(workspaceId)) throw workspaceNotFound();
    return this.fence.transaction(async (tx, changed) => {
      const { caller } = await lockMembers(tx, workspaceId, actor.principal.userId);
      if (caller === undefined) throw workspaceNotFound();
      if (caller.role !== 'owner') throw workspaceOwnerRequired();
      const deleted = await markDeleted(tx, workspaceId, confirmed);
      const memberIds = await suspendMembers(tx, workspaceId);
      for (const id of memberIds) changed(id);
      for (const { onDelete } of workspaceData()) await onDelete?.({ tx, bus: this.bus, workspaceId });
      await this.record(tx, actor, deleted, memberIds.length);
      return showDeleted(deleted);
    });
  }

  /** The trail of the workspace is erased with it, so that of the installation tells it too. */
  private async record(tx: Transaction, actor: RequestActor, deleted: DeletedRow, members: number): Promise<void> {
    const before = { name: deleted.name, members };
    const entry = { action: 'workspace.deleted', actor, target: deleted.id, before } as const;
    await this.audit.record(tx, { ...entry, workspaceId: deleted.id });
    await this.audit.record(tx, { ...entry, workspaceId: null });
  }
}

async function markDeleted(tx: Transaction, workspaceId: string, confirmed: string): Promise<DeletedRow> {
  const [deleted] = await tx.query<DeletedRow>(
    `UPDATE workspaces SET deleted_at = now(), erase_at = now() + make_interval(days => $3)
     WHERE id = $1 AND name = $2 RETURNING id, name, deleted_at AS "deletedAt", erase_at AS "eraseAt"`,
    [workspaceId, confirmed, GRACE_DAYS],
  );
  if (deleted === undefined) throw nameUnconfirmed();
  return deleted;
}

async function suspendMembers(tx: Transaction, workspaceId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH suspended AS (DELETE FROM members WHERE workspace_id = $1 RETURNING *)
     INSERT INTO deleted_members (workspace_id, user_id, role, granted, denied)
     SELECT workspace_id, user_id, role, granted, denied FROM suspended RETURNING user_id AS id`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}
