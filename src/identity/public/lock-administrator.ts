import type { Transaction } from '../../platform/database/database.js';
import { adminRequired } from './auth.errors.js';

/**
 * The user is an administrator, and stays one until the transaction ends: whoever demotes or disables this one meanwhile
 * is answered after that. Before any other lock.
 * @throws `auth.admin-required`
 */
export async function lockAdministrator(tx: Transaction, userId: string): Promise<void> {
  const held = await tx.query('SELECT FROM users WHERE id = $1 AND is_admin AND NOT disabled FOR SHARE', [userId]);
  if (held.length === 0) throw adminRequired();
}
