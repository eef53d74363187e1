import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Transaction } from '../../platform/database/database.js';
import type { RightsChanged } from '../../platform/fence/fence.js';
import { endVouchedSessions } from '../sessions/end-credentials.js';
import { lockForAdministration } from '../users/lock-users.js';
import { checkUserCanBeRemoved } from './user-removal-checks.js';
import type { Principal } from './principal.js';
import { ownAccount, userNotFound } from './user.errors.js';

/** Deletes a user with sessions, keys and memberships. Locking is a step of its own, so that other rooms can veto. */
@Injectable()
export class RemoveUser {
  /**
   * Locks the user until the transaction ends, so that no new references to the user appear.
   * @returns the id as it is stored in the database
   * @throws `user.not-found`, `user.own-account`, `auth.admin-required`, and the errors of declared checks
   */
  async lock(tx: Transaction, caller: Principal, id: string): Promise<string> {
    if (!isUuid(id)) throw userNotFound();
    const user = await lockForAdministration(tx, caller, id.toLowerCase());
    if (user.id === caller.userId) throw ownAccount();
    await checkUserCanBeRemoved(tx, user.id);
    return user.id;
  }

  async remove(tx: Transaction, changed: RightsChanged, id: string): Promise<void> {
    await endVouchedSessions(tx, changed, id);
    await tx.query('DELETE FROM users WHERE id = $1', [id]);
    changed(id);
  }
}
