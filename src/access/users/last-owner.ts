import { addUserRemovalCheck } from '../../identity/public/user-removal-checks.js';
import { lastOwner } from '../../identity/public/user.errors.js';
import type { Transaction } from '../../platform/database/database.js';

/**
 * Locks every workspace of the user, because a concurrent removal of another owner could make this user the last one.
 * Disabled owners don't count, since they can't act.
 * @throws `workspace.last-owner`
 */
async function checkNotLastOwner(tx: Transaction, userId: string): Promise<void> {
  await tx.query(
    `SELECT id FROM workspaces WHERE id IN (SELECT workspace_id FROM members WHERE user_id = $1)
     ORDER BY id FOR NO KEY UPDATE`,
    [userId],
  );
  const [ownedAlone] = await tx.query(
    `SELECT FROM members own JOIN users ON users.id = own.user_id AND NOT users.disabled
     WHERE own.user_id = $1 AND own.role = 'owner' AND NOT EXISTS (
       SELECT FROM members other JOIN users ON users.id = other.user_id AND NOT users.disabled
       WHERE other.workspace_id = own.workspace_id AND other.role = 'owner' AND other.user_id <> own.user_id)
     LIMIT 1`,
    [userId],
  );
  if (ownedAlone !== undefined) throw lastOwner();
}

addUserRemovalCheck(checkNotLastOwner);
