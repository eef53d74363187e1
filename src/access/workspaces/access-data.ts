import { MEMBERS_READ } from '../public/access.declarations.js';
import { defineWorkspaceData } from '../public/workspace-data.js';

defineWorkspaceData({
  exports: [
    {
      kind: 'member',
      permission: MEMBERS_READ,
      page: `SELECT members.user_id::text AS cursor, members.user_id AS "userId", users.email, users.name, members.role,
          members.granted AS grant, members.denied AS deny
        FROM members JOIN users ON users.id = members.user_id
        WHERE members.workspace_id = $1 AND ($2::text IS NULL OR members.user_id > $2::uuid)
        ORDER BY members.user_id LIMIT $3`,
    },
    {
      kind: 'role',
      permission: MEMBERS_READ,
      page: `SELECT name AS cursor, name, permissions FROM workspace_roles
        WHERE workspace_id = $1 AND ($2::text IS NULL OR name > $2) ORDER BY name LIMIT $3`,
    },
  ],
  erase: [
    `DELETE FROM deleted_members WHERE (workspace_id, user_id) IN (
       SELECT workspace_id, user_id FROM deleted_members WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
