import type { Transaction } from '../../platform/database/database.js';
import { isId } from '../is-id.js';
import type { Rights } from '../permissions/effective-permissions.js';
import { isBuiltIn } from '../public/workspace-role.js';

export interface MemberPair {
  readonly userId: string;
  readonly workspaceId: string;
}

interface MemberRow extends Omit<Rights, 'rolePermissions'> {
  readonly userId: string;
  readonly workspaceId: string;
}

interface RoleRow {
  readonly workspaceId: string;
  readonly name: string;
  readonly permissions: readonly string[];
}

/**
 * Locks users and members in one order, so that concurrent calls cannot deadlock, and then the custom roles in a query
 * of its own: a row that the first query waited for would be joined with the role as it was before the wait.
 * @returns in the order of the pairs; undefined for a user who is disabled or not a member
 */
export async function lockMemberships(
  tx: Transaction,
  pairs: readonly MemberPair[],
): Promise<Array<Rights | undefined>> {
  const valid = pairs.filter(({ userId, workspaceId }) => isId(userId) && isId(workspaceId));
  const asked = [...new Map(valid.map((pair) => [keyOf(pair.workspaceId, pair.userId), pair])).values()];
  const members = await lockMembers(tx, asked);
  const roles = await lockRoles(tx, members);
  const found = new Map(
    members.map((member) => {
      const rolePermissions = roles.get(keyOf(member.workspaceId, member.role)) ?? null;
      return [keyOf(member.workspaceId, member.userId), { ...member, rolePermissions }];
    }),
  );
  return pairs.map(({ userId, workspaceId }) => found.get(keyOf(workspaceId, userId)));
}

/** An exclusive lock, because a change would have to wait for a moment in which none of many sharers holds theirs. */
function lockMembers(tx: Transaction, pairs: readonly MemberPair[]): Promise<MemberRow[]> {
  return tx.query<MemberRow>(
    `SELECT members.user_id AS "userId", members.workspace_id AS "workspaceId", members.role, members.granted,
       members.denied
     FROM unnest($1::uuid[], $2::uuid[]) AS asked (user_id, workspace_id)
     JOIN users ON users.id = asked.user_id AND NOT users.disabled
     JOIN members ON members.user_id = users.id AND members.workspace_id = asked.workspace_id
     ORDER BY users.id, members.workspace_id
     FOR NO KEY UPDATE OF users, members`,
    [pairs.map(({ userId }) => userId), pairs.map(({ workspaceId }) => workspaceId)],
  );
}

async function lockRoles(
  tx: Transaction,
  members: readonly MemberRow[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const custom = members.filter(({ role }) => !isBuiltIn(role));
  if (custom.length === 0) return new Map();
  const rows = await tx.query<RoleRow>(
    `SELECT workspace_roles.workspace_id AS "workspaceId", workspace_roles.name, workspace_roles.permissions
     FROM workspace_roles
     WHERE (workspace_roles.workspace_id, workspace_roles.name) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
     ORDER BY workspace_roles.workspace_id, workspace_roles.name
     FOR SHARE`,
    [custom.map(({ workspaceId }) => workspaceId), custom.map(({ role }) => role)],
  );
  return new Map(rows.map(({ workspaceId, name, permissions }) => [keyOf(workspaceId, name), permissions]));
}

const keyOf = (workspaceId: string, name: string): string => `${workspaceId} ${name}`;
