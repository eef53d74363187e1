import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import type { MemberRow } from './member.schemas.js';

@Injectable()
export class ListMembers {
  constructor(private readonly database: Database) {}

  /** By user id; returns `limit + 1` members when there are more. */
  async run(workspaceId: string, { limit, cursor }: PageQuery): Promise<MemberRow[]> {
    return this.database.query<MemberRow>(
      `SELECT members.user_id AS "userId", users.email, users.name, members.role, members.granted, members.denied,
         workspace_roles.permissions AS "rolePermissions"
       FROM members JOIN users ON users.id = members.user_id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
       WHERE members.workspace_id = $1 AND ($2::uuid IS NULL OR members.user_id > $2)
       ORDER BY members.user_id LIMIT $3`,
      [workspaceId, cursor ?? null, limit + 1],
    );
  }
}
