import { defineWorkspaceData } from '../../access/public/workspace-data.js';
import { TASKS_READ } from './tasks.declarations.js';

defineWorkspaceData({
  exports: [
    {
      kind: 'task',
      permission: TASKS_READ,
      page: `SELECT id::text AS cursor, id, title, description, status, assignee_id AS "assigneeId", rank,
          created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt"
        FROM tasks WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
    },
  ],
  erase: [`DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE workspace_id = $1 LIMIT $2) RETURNING 1`],
});
