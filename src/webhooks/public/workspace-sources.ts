import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';

/** Tells which sources belong to a workspace. */
@Injectable()
export class WorkspaceSources {
  /** @param ids UUIDs @returns those that are not of a source of the workspace */
  async unknownIn(tx: Transaction, workspaceId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<{ id: string }>(
      `SELECT given.id FROM unnest($2::uuid[]) AS given (id)
       WHERE NOT EXISTS (SELECT FROM sources WHERE sources.id = given.id AND sources.workspace_id = $1)`,
      [workspaceId, ids],
    );
    return rows.map(({ id }) => id);
  }
}
