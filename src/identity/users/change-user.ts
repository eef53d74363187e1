import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import type { RequestActor } from '../public/caller.js';
import { ownAccount, userNotFound } from '../public/user.errors.js';
import { auditedAccount, type ChangeUserRequest } from './account.schemas.js';
import { checkUserCanBeRemoved } from '../public/user-removal-checks.js';
import { endCredentials, endSessions, endVouchedSessions } from '../sessions/end-credentials.js';
import type { Transaction } from '../../platform/database/database.js';
import { lockForAdministration } from './lock-users.js';
import type { User } from './user.entity.js';

@Injectable()
export class ChangeUser {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws `user.not-found`; `user.own-account`, so that an administrator who can undo the change always remains; the
   *   errors of declared checks when the user is to be disabled
   */
  async run(actor: RequestActor, id: string, changes: ChangeUserRequest): Promise<User> {
    if (!isUuid(id)) throw userNotFound();
    return this.fence.transaction(async (tx, changed) => {
      const caller = actor.principal;
      const user = await lockForAdministration(tx, caller, id.toLowerCase());
      const before = { ...user };
      Object.assign(user, changes);
      if (user.id === caller.userId && (user.disabled || !user.isAdmin)) throw ownAccount();
      await endVoidCredentials(tx, changed, before, user);
      const saved = await tx.manager.save(user);
      await this.audit.record(tx, {
        action: 'user.changed',
        actor,
        workspaceId: null,
        target: user.id,
        before: auditedAccount(before),
        after: auditedAccount(user),
      });
      return saved;
    });
  }
}

/**
 * Credentials of a disabled user are rejected with `auth.user-disabled` as long as they exist, so they are deleted only
 * when the user is enabled again.
 */
async function endVoidCredentials(tx: Transaction, changed: RightsChanged, before: User, after: User): Promise<void> {
  const isBeingDisabled = after.disabled && !before.disabled;
  const isBeingEnabled = before.disabled && !after.disabled;
  if (isBeingDisabled) await checkUserCanBeRemoved(tx, after.id);
  if (isBeingEnabled) await endCredentials(tx, changed, after.id);
  if (isBeingDisabled || after.isAdmin !== before.isAdmin) {
    changed(after.id);
    await endVouchedSessions(tx, changed, after.id);
  }
  // No backend vouches for an administrator.
  if (after.isAdmin && !before.isAdmin)
    await endSessions(tx, changed, 'user_id = $1 AND key_id IS NOT NULL', [after.id]);
}
