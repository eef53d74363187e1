import type { Transaction } from '../../platform/database/database.js';
import { workspaceNotFound } from '../public/access.errors.js';
import type { Rights } from '../permissions/effective-permissions.js';

interface MemberRow extends Rights {
  readonly user_id: string;
  readonly disabled: boolean;
}

/** The members of a workspace that a change concerns, locked until the transaction ends. */
export interface LockedMembers {
  /** Undefined for a caller who is not a member, or was disabled meanwhile. */
  readonly caller: Rights | undefined;
  readonly members: ReadonlyMap<string, Rights>;
  /** The number of active owners besides the changed member: a workspace needs at least one. */
  readonly otherOwners: number;
  /** Whether the user exists. The lock keeps these users from being deleted. */
  readonly isUser: (id: string) => boolean;
}

/**
 * Reads the caller, another member and all owners under a lock of the workspace, which serializes changes to its
 * members: two owners can't remove each other, and a caller can't use a permission that a concurrent change revokes.
 *
 * Locks the workspace because members that don't exist yet can't be locked, and the users first, because a change of a
 * user locks in that order too.
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
  const rows = await tx.query<MemberRow>(
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
