import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/public/principal.js';
import { Database } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';

/** A deleted workspace as shown to its owner. */
export interface DeletedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly deletedAt: string;
  /** It can be restored until then. */
  readonly deletedUntil: string;
}

export interface DeletedRow {
  readonly id: string;
  readonly name: string;
  readonly deletedAt: Date;
  readonly eraseAt: Date;
}

export const showDeleted = ({ id, name, deletedAt, eraseAt }: DeletedRow): DeletedWorkspace => ({
  id,
  name,
  deletedAt: deletedAt.toISOString(),
  deletedUntil: eraseAt.toISOString(),
});

@Injectable()
export class DeletedWorkspaces {
  constructor(private readonly database: Database) {}

  /** Those that the caller owned and can restore, oldest first, and one more than `limit` when there are more. */
  async page({ userId }: Principal, { limit, cursor }: PageQuery): Promise<DeletedWorkspace[]> {
    const rows = await this.database.query<DeletedRow>(
      `SELECT workspaces.id, workspaces.name, deleted_at AS "deletedAt", erase_at AS "eraseAt"
       FROM deleted_members JOIN workspaces ON workspaces.id = deleted_members.workspace_id
       WHERE deleted_members.user_id = $1 AND deleted_members.role = 'owner' AND erase_at > now()
         AND ($2::uuid IS NULL OR workspaces.id > $2)
       ORDER BY workspaces.id LIMIT $3`,
      [userId, cursor ?? null, limit + 1],
    );
    return rows.map(showDeleted);
  }
}
