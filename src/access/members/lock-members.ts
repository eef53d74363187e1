import type { Transaction } from '../../platform/database/database.js';
import { workspaceNotFound } from '../public/access.errors.js';
import type { Rights } from '../permissions/effective-permissions.js';

interface RosterRow extends Rights {
  readonly user_id: string;
  readonly disabled: boolean;
}

/** Those members of a workspace whom a change concerns, as they stand until the transaction ends. */
export interface LockedMembers {
  /** Undefined for one who is no member, or was disabled meanwhile. */
  readonly caller: Rights | undefined;
  readonly members: ReadonlyMap<string, Rights>;
  /** Owners besides the other member who are not disabled: a workspace needs one who can act. */
  readonly otherOwners: number;
  /** Whether there is such a user; nobody can be deleted who is named here. */
  readonly isUser: (id: string) => boolean;
}

/**
 * Reads the caller, another member and all owners under the lock of their workspace. Changes to one workspace's members thus happen
 * one after the other: two owners can't remove each other, and nobody gives with a right that he is losing. The lock is
 * on the workspace, since rows that don't exist yet can't be locked, and leaves references to it alone. The users come
 * first, as for whoever disables or deletes them: that is answered after this change, or before it is made.
 * @throws `workspace.not-found`
 */
export async function lockMembers(
  tx: Transaction,
  workspaceId: string,
  callerId: string,
  otherId = callerId,
): Promise<LockedMembers> {
  const userIds = [callerId, otherId];
  const users = await tx.query<{ id: string; disabled: boolean }>(
    'SELECT id, disabled FROM users WHERE id = ANY($1::uuid[]) ORDER BY id FOR SHARE',
    [userIds],
  );
  const locked = await tx.query('SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [workspaceId]);
  if (locked.length === 0) throw workspaceNotFound();
  const rows = await tx.query<RosterRow>(
    `SELECT user_id, users.disabled, role, granted, denied, workspace_roles.permissions AS "rolePermissions"
     FROM members JOIN users ON users.id = members.user_id
     LEFT JOIN workspace_roles
       ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
     WHERE members.workspace_id = $1 AND (user_id = ANY($2::uuid[]) OR role = 'owner')`,
    [workspaceId, userIds],
  );
  const members = new Map(rows.map((row) => [row.user_id, row]));
  const isActive = users.some(({ id, disabled }) => id === callerId && !disabled);
  return {
    caller: isActive ? members.get(callerId) : undefined,
    members,
    isUser: (id) => users.some((user) => user.id === id),
    otherOwners: rows.filter((row) => row.role === 'owner' && !row.disabled && row.user_id !== otherId).length,
  };
}
