import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { effectivePermissions, type Rights } from '../permissions/effective-permissions.js';

interface HolderRow extends Rights {
  readonly userId: string;
  readonly workspaceId: string;
}

interface HolderQuery {
  readonly workspaceIds: readonly string[];
  readonly userIds: readonly string[];
  readonly whole: readonly string[];
}

/** The reason why a user has no rights in a workspace. */
export type LossReason = 'deleted' | 'disabled' | 'removed';

/** The permissions of a user in one workspace; none, with the reason, when the user has lost access. */
export interface Standing {
  readonly lost: LossReason | undefined;
  readonly permissions: ReadonlySet<string>;
}

export interface StandingQuery {
  readonly userId: string | null;
  readonly workspaceId: string;
}

interface StandingRow extends Omit<Rights, 'role'> {
  /** The 1-based index of the query. */
  readonly n: string;
  readonly disabled: boolean;
  /** Null for a user who is not a member. */
  readonly role: string | null;
}

/** Finds the users with a permission in a workspace. */
@Injectable()
export class PermissionHolders {
  /**
   * Reads the permissions of members under a lock that delays changes until the transaction ends. Call it once per
   * transaction, before any other lock.
   * @param whole workspaces of which to read every member
   * @param userIds the users to read in `workspaceIds`
   * @returns by workspace, then by user; without users who are disabled or not members
   */
  async lock(
    tx: Transaction,
    { workspaceIds, userIds, whole }: HolderQuery,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>> {
    const all = [...workspaceIds, ...whole];
    if (all.length === 0) return new Map();
    await tx.query('SELECT FROM workspaces WHERE id = ANY($1::uuid[]) ORDER BY id FOR SHARE', [all]);
    const rows = await tx.query<HolderRow>(
      `SELECT members.workspace_id AS "workspaceId", members.user_id AS "userId", members.role, members.granted,
         members.denied, workspace_roles.permissions AS "rolePermissions"
       FROM members JOIN users ON users.id = members.user_id AND NOT users.disabled
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
       WHERE members.workspace_id = ANY($1::uuid[])
         OR (members.workspace_id = ANY($2::uuid[]) AND members.user_id = ANY($3::uuid[]))`,
      [whole, workspaceIds, userIds],
    );
    const holders = new Map<string, Map<string, ReadonlySet<string>>>();
    for (const { userId, workspaceId, ...rights } of rows) {
      const members = holders.get(workspaceId) ?? new Map<string, ReadonlySet<string>>();
      holders.set(workspaceId, members.set(userId, new Set(effectivePermissions(rights))));
    }
    return holders;
  }

  /**
   * The committed standing of users in workspaces, read with one database query.
   * @returns in the order of the queries; `deleted` also for a query without a user
   */
  async standings(reader: Pick<Transaction, 'query'>, queries: readonly StandingQuery[]): Promise<Standing[]> {
    if (queries.length === 0) return [];
    const rows = await reader.query<StandingRow>(
      `SELECT asked.n, users.disabled, members.role, members.granted, members.denied,
         workspace_roles.permissions AS "rolePermissions"
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (user_id, workspace_id, n)
       JOIN users ON users.id = asked.user_id
       LEFT JOIN members ON members.user_id = users.id AND members.workspace_id = asked.workspace_id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role`,
      [queries.map(({ userId }) => userId), queries.map(({ workspaceId }) => workspaceId)],
    );
    const found = new Map(rows.map((row) => [Number(row.n), row]));
    return queries.map((_, index) => standingOf(found.get(index + 1)));
  }
}

const NOTHING: ReadonlySet<string> = new Set();

function standingOf(row: StandingRow | undefined): Standing {
  if (row === undefined) return { lost: 'deleted', permissions: NOTHING };
  const { disabled, role } = row;
  if (disabled) return { lost: 'disabled', permissions: NOTHING };
  if (role === null) return { lost: 'removed', permissions: NOTHING };
  return { lost: undefined, permissions: new Set(effectivePermissions({ ...row, role })) };
}
