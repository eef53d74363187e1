import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { effectivePermissions, type Rights } from '../permissions/effective-permissions.js';

interface HolderRow extends Rights {
  readonly userId: string;
  readonly workspaceId: string;
}

interface AskedFor {
  readonly workspaceIds: readonly string[];
  readonly userIds: readonly string[];
  readonly whole: readonly string[];
}

/** Why a user has no rights in a workspace. */
export type NoStanding = 'deleted' | 'disabled' | 'removed';

/** What a user may do in one workspace; nothing, with the reason, where the user has lost it. */
export interface Standing {
  readonly lost: NoStanding | undefined;
  readonly permissions: ReadonlySet<string>;
}

export interface StandingQuestion {
  readonly userId: string | null;
  readonly workspaceId: string;
}

interface StandingRow extends Omit<Rights, 'role'> {
  /** Which question it answers, from 1 on. */
  readonly n: string;
  readonly disabled: boolean;
  /** Null for a user who is no member. */
  readonly role: string | null;
}

/** Who has which rights, asked from the side of the workspace. */
@Injectable()
export class PermissionHolders {
  /**
   * The permissions of members of some workspaces, as they stay until the transaction ends: a change of them waits for it.
   * To be asked once in a transaction, before it locks anything else.
   * @param whole workspaces whose every member is asked for
   * @param userIds who is asked for in `workspaceIds`
   * @returns by workspace, then by user; who is disabled or no member has none
   */
  async lock(
    tx: Transaction,
    { workspaceIds, userIds, whole }: AskedFor,
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
   * How users stand to workspaces, as committed when the query begins. One query, however many.
   * @returns in the order of the questions; `deleted` also for a question without a user
   */
  async standings(reader: Pick<Transaction, 'query'>, asked: readonly StandingQuestion[]): Promise<Standing[]> {
    if (asked.length === 0) return [];
    const rows = await reader.query<StandingRow>(
      `SELECT asked.n, users.disabled, members.role, members.granted, members.denied,
         workspace_roles.permissions AS "rolePermissions"
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (user_id, workspace_id, n)
       JOIN users ON users.id = asked.user_id
       LEFT JOIN members ON members.user_id = users.id AND members.workspace_id = asked.workspace_id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role`,
      [asked.map(({ userId }) => userId), asked.map(({ workspaceId }) => workspaceId)],
    );
    const found = new Map(rows.map((row) => [Number(row.n), row]));
    return asked.map((_, place) => standingOf(found.get(place + 1)));
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
