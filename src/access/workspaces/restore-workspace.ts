import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { workspaceData } from '../public/workspace-data.js';
import { workspaceOwnerRequired } from './workspace.errors.js';

@Injectable()
export class RestoreWorkspace {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
    private readonly bus: Bus,
  ) {}

  /**
   * Undoes a deletion: the members that still have an account get their roles, grants and denials back.
   * @throws `workspace.not-found`, also after the grace period, `workspace.owner-required`
   */
  async run(actor: RequestActor, workspaceId: string): Promise<void> {
    if (!isId(workspaceId)) throw workspaceNotFound();
    await this.fence.transaction(async (tx, changed) => {
      const name = await lockDeleted(tx, workspaceId, actor.principal.userId);
      const memberIds = await restoreMembers(tx, workspaceId);
      for (const id of memberIds) changed(id);
      await tx.query('UPDATE workspaces SET deleted_at = NULL, erase_at = NULL WHERE id = $1', [workspaceId]);
      for (const { onRestore } of workspaceData()) await onRestore?.({ tx, bus: this.bus, workspaceId });
      const after = { name, members: memberIds.length };
      const entry = { action: 'workspace.restored', actor, target: workspaceId, after } as const;
      await this.audit.record(tx, { ...entry, workspaceId });
      await this.audit.record(tx, { ...entry, workspaceId: null });
    });
  }
}

/** Locks the user first, as every change of members does. @returns the name */
async function lockDeleted(tx: Transaction, workspaceId: string, userId: string): Promise<string> {
  await tx.query('SELECT FROM users WHERE id = $1 FOR SHARE', [userId]);
  const [workspace] = await tx.query<{ name: string }>(
    'SELECT name FROM workspaces WHERE id = $1 AND erase_at > now() FOR NO KEY UPDATE',
    [workspaceId],
  );
  const [member] = await tx.query<{ role: string }>(
    `SELECT role FROM deleted_members JOIN users ON users.id = user_id AND NOT users.disabled
     WHERE workspace_id = $1 AND user_id = $2`,
    [workspaceId, userId],
  );
  if (workspace === undefined || member === undefined) throw workspaceNotFound();
  if (member.role !== 'owner') throw workspaceOwnerRequired();
  return workspace.name;
}

async function restoreMembers(tx: Transaction, workspaceId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH restored AS (DELETE FROM deleted_members WHERE workspace_id = $1 RETURNING *)
     INSERT INTO members (workspace_id, user_id, role, granted, denied)
     SELECT workspace_id, user_id, role, granted, denied FROM restored RETURNING user_id AS id`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}
