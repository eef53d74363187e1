import type { Transaction } from '../../platform/database/database.js';

/** Throws when the user can be neither disabled nor deleted. The user stays locked until the transaction ends. */
export type UserRemovalCheck = (tx: Transaction, userId: string) => Promise<void>;

const checks: UserRemovalCheck[] = [];

/** Lets a room above identity veto the removal of a user that it depends on. */
export function addUserRemovalCheck(check: UserRemovalCheck): void {
  checks.push(check);
}

/** @throws the error of the first check that fails */
export async function checkUserCanBeRemoved(tx: Transaction, userId: string): Promise<void> {
  for (const check of checks) await check(tx, userId);
}
