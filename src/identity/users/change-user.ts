import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { adminRequired } from '../contracts/auth.errors.js';
import type { CallBy } from '../contracts/caller.js';
import type { Principal } from '../contracts/principal.js';
import { userNotFound } from '../contracts/user.errors.js';
import { auditedAccount, type ChangeUserRequest } from './account.shapes.js';
import { User } from './user.entity.js';
import { ownAccount } from './user.errors.js';

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
      const user = await this.lock(tx, caller, id.toLowerCase());
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

  /** Locks the caller too and looks again: of two administrators who demote each other at once, one is left. */
  private async lock(tx: Transaction, caller: Principal, id: string): Promise<User> {
    const users = await tx.manager.find(User, {
      where: { id: In([caller.userId, id]) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const callerNow = users.find((user) => user.id === caller.userId);
    if (callerNow === undefined || callerNow.disabled || !callerNow.isAdmin) throw adminRequired();
    const user = users.find((candidate) => candidate.id === id);
    if (user === undefined) throw userNotFound();
    return user;
  }
}
