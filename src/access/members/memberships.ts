import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Rights } from '../effective-permissions.js';

interface MembershipRow extends Rights {
  readonly workspace_id: string | null;
  readonly name: string;
}

/** What a user is in one workspace. */
export interface Membership extends Rights {
  readonly workspaceId: string;
  readonly workspaceName: string;
}

/** What users are in which workspaces, always as committed: a right that was cached would outlive its revocation. */
@Injectable()
export class Memberships {
  constructor(private readonly database: Database) {}

  /**
   * One query, however many workspaces. Disabled users have no rights, whichever way somebody asks: hence the users.
   * @param workspaces ids; all of the user's when left out
   * @returns undefined when the user is disabled or gone
   */
  async of(userId: string, workspaces?: readonly string[]): Promise<ReadonlyMap<string, Membership> | undefined> {
    const rows = await this.database.query<MembershipRow>(
      `SELECT workspaces.id AS workspace_id, workspaces.name, members.role, members.granted, members.denied,
         workspace_roles.permissions AS "rolePermissions"
       FROM users
       LEFT JOIN members ON members.user_id = users.id AND ($2::uuid[] IS NULL OR members.workspace_id = ANY($2))
       LEFT JOIN workspaces ON workspaces.id = members.workspace_id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
       WHERE users.id = $1 AND NOT users.disabled
       ORDER BY workspaces.id`,
      [userId, workspaces ?? null],
    );
    if (rows.length === 0) return undefined;
    const found = rows.flatMap(({ workspace_id: workspaceId, name, ...rights }) =>
      workspaceId === null ? [] : { workspaceId, workspaceName: name, ...rights },
    );
    return new Map(found.map((membership) => [membership.workspaceId, membership]));
  }
}
