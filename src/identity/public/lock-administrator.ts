import type { Transaction } from '../../platform/database/database.js';
import { adminRequired } from './auth.errors.js';

/**
 * Checks that the user is an administrator, and locks the row so that a demotion waits until the transaction ends. Call
 * it before taking any other lock.
 * @throws `auth.admin-required`
 */
export async function lockAdministrator(tx: Transaction, userId: string): Promise<void> {
  const rows = await tx.query('SELECT FROM users WHERE id = $1 AND is_admin AND NOT disabled FOR SHARE', [userId]);
  if (rows.length === 0) throw adminRequired();
}
