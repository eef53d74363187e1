import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import { Fence } from '../../platform/fence/fence.js';
import type { CallBy } from '../contracts/caller.js';
import { ownAccount, userNotFound } from '../contracts/user.errors.js';
import { auditedAccount, type ChangeUserRequest } from './account.shapes.js';
import { lockForAdministration } from './lock-users.js';
import type { User } from './user.entity.js';

@Injectable()
export class ChangeUser {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /** @throws `user.not-found`, or `user.own-account`: somebody who can undo it is always left */
  async execute(by: CallBy, id: string, changes: ChangeUserRequest): Promise<User> {
    if (!isUuid(id)) throw userNotFound();
    return this.fence.transaction(async (tx, changed) => {
      const caller = by.principal;
      const user = await lockForAdministration(tx, caller, id.toLowerCase());
      const before = { ...user };
      Object.assign(user, changes);
      if (user.id === caller.userId && (user.disabled || !user.isAdmin)) throw ownAccount();
      if (user.disabled !== before.disabled || user.isAdmin !== before.isAdmin) changed(user.id);
      const saved = await tx.manager.save(user);
      await this.audit.record(tx, {
        action: 'user.changed',
        by,
        workspaceId: null,
        target: user.id,
        before: auditedAccount(before),
        after: auditedAccount(user),
      });
      return saved;
    });
  }
}
