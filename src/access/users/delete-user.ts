import { Injectable } from '@nestjs/common';
import type { CallBy } from '../../identity/contracts/caller.js';
import { RemoveUser } from '../../identity/contracts/remove-user.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { lastOwner } from '../members/member.errors.js';

@Injectable()
export class DeleteUser {
  constructor(
    private readonly fence: Fence,
    private readonly removeUser: RemoveUser,
    private readonly audit: Audit,
  ) {}

  /**
   * The user's tokens and keys are void and the sockets closed; what the user has done stays in the log.
   * @throws `workspace.last-owner`, or what `RemoveUser` throws
   */
  async execute(by: CallBy, userId: string): Promise<void> {
    await this.fence.transaction(async (tx, changed) => {
      const id = await this.removeUser.lock(tx, by.principal, userId);
      if (await isLastOwner(tx, id)) throw lastOwner();
      await this.removeUser.remove(tx, changed, id);
      await this.audit.record(tx, { action: 'user.deleted', by, workspaceId: null, target: id });
    });
  }
}

/** Under the lock of every workspace that the user is in: an owner who leaves meanwhile would leave this one alone in it. */
async function isLastOwner(tx: Transaction, userId: string): Promise<boolean> {
  await tx.query(
    `SELECT id FROM workspaces WHERE id IN (SELECT workspace_id FROM members WHERE user_id = $1)
     ORDER BY id FOR NO KEY UPDATE`,
    [userId],
  );
  const [alone] = await tx.query(
    `SELECT FROM members own WHERE user_id = $1 AND role = 'owner' AND NOT EXISTS (
       SELECT FROM members other
       WHERE other.workspace_id = own.workspace_id AND other.role = 'owner' AND other.user_id <> own.user_id)
     LIMIT 1`,
    [userId],
  );
  return alone !== undefined;
}
