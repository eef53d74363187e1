import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { lockMembers } from '../members/lock-members.js';
import { memberNotFound } from '../members/member.errors.js';
import { WriteMember } from '../members/write-member.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { ownTransfer, workspaceOwnerRequired } from './workspace.errors.js';

@Injectable()
export class TransferWorkspace {
  constructor(
    private readonly fence: Fence,
    private readonly writeMember: WriteMember,
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
      const owner = { userId: heirId, role: 'owner', rolePermissions: null, granted: [], denied: [] } as const;
      const { granted, denied } = caller;
      const administrator = { userId: callerId, role: 'admin', rolePermissions: null, granted, denied } as const;
      await this.writeMember.run(tx, changed, { actor, workspaceId, before: heir, member: owner });
      await this.writeMember.run(tx, changed, { actor, workspaceId, before: caller, member: administrator });
    });
  }
}

/** The lock of the members includes their users. */
async function isActive(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM users WHERE id = $1 AND NOT disabled', [userId]);
  return rows.length > 0;
}
