import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { lockMembers } from '../members/lock-members.js';
import { memberNotFound } from '../members/member.errors.js';
import { auditedMember } from '../members/member.schemas.js';
import { workspaceNotFound } from '../public/access.errors.js';
import type { Rights } from '../permissions/effective-permissions.js';
import { ownTransfer, workspaceOwnerRequired } from './workspace.errors.js';

interface RoleChange {
  readonly userId: string;
  readonly before: Rights;
  readonly role: 'owner' | 'admin';
}

@Injectable()
export class TransferWorkspace {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * Makes another member an owner and the caller an administrator of the workspace. Grants and denials end for the new
   * owner, since an owner has all permissions; other owners stay.
   * @throws `workspace.not-found`, `workspace.owner-required`, `workspace.own-transfer`, `member.not-found`, also for a
   *   member who is disabled
   */
  async run(actor: RequestActor, workspaceId: string, userId: string): Promise<void> {
    if (!isId(workspaceId)) throw workspaceNotFound();
    const callerId = actor.principal.userId;
    const heirId = userId.toLowerCase();
    await this.fence.transaction(async (tx, changed) => {
      const { caller, members } = await lockMembers(tx, workspaceId, callerId, heirId);
      if (caller === undefined) throw workspaceNotFound();
      if (caller.role !== 'owner') throw workspaceOwnerRequired();
      if (heirId === callerId) throw ownTransfer();
      const heir = members.get(heirId);
      if (heir === undefined || !(await isActive(tx, heirId))) throw memberNotFound();
      await this.change(tx, actor, workspaceId, { userId: heirId, before: heir, role: 'owner' });
      await this.change(tx, actor, workspaceId, { userId: callerId, before: caller, role: 'admin' });
      changed(heirId);
      changed(callerId);
    });
  }

  private async change(
    tx: Transaction,
    actor: RequestActor,
    workspaceId: string,
    { userId, before, role }: RoleChange,
  ): Promise<void> {
    const after = role === 'owner' ? { role, granted: [], denied: [] } : { ...before, role };
    await tx.query('UPDATE members SET role = $3, granted = $4, denied = $5 WHERE workspace_id = $1 AND user_id = $2', [
      workspaceId,
      userId,
      after.role,
      after.granted,
      after.denied,
    ]);
    await this.audit.record(tx, {
      action: 'member.changed',
      actor,
      workspaceId,
      target: userId,
      before: auditedMember(before),
      after: auditedMember({ ...after, rolePermissions: null }),
    });
  }
}

/** The lock of the members includes their users. */
async function isActive(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM users WHERE id = $1 AND NOT disabled', [userId]);
  return rows.length > 0;
}
