import { In } from 'typeorm';
import type { Transaction } from '../../platform/database/database.js';
import { adminRequired } from '../public/auth.errors.js';
import type { Principal } from '../public/principal.js';
import { userNotFound } from '../public/user.errors.js';
import { User } from './user.entity.js';

/**
 * Locks the caller too and re-checks it: when two administrators demote or delete each other concurrently, one remains.
 * @throws `auth.admin-required` when the caller is no longer an administrator, `user.not-found`
 */
export async function lockForAdministration(tx: Transaction, caller: Principal, id: string): Promise<User> {
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
