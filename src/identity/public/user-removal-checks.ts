import type { Transaction } from '../../platform/database/database.js';

/** Throws the reason why this user can be neither disabled nor deleted. The user is locked until the transaction ends. */
export type UserCheck = (tx: Transaction, userId: string) => Promise<void>;

const checks: UserCheck[] = [];

/** Declares what a room above this one can't do without a user for. */
export function addUserRemovalCheck(check: UserCheck): void {
  checks.push(check);
}

/** @throws what a check throws */
export async function checkUserCanBeRemoved(tx: Transaction, userId: string): Promise<void> {
  for (const check of checks) await check(tx, userId);
}
