import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { effectivePermissions, type Rights } from '../effective-permissions.js';

interface HolderRow extends Rights {
  readonly userId: string;
  readonly workspaceId: string;
}

interface AskedFor {
  readonly workspaceIds: readonly string[];
  readonly userIds: readonly string[];
  readonly whole: readonly string[];
}

/** Who has which rights, asked from the side of the workspace. */
@Injectable()
export class Holders {
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
}
