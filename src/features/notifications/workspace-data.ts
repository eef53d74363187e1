import { defineWorkspaceData } from '../../access/public/workspace-data.js';

/** No export: the inbox of a user is private to that user. */
defineWorkspaceData({
  erase: [
    `DELETE FROM notifications WHERE id IN (
       SELECT id FROM notifications WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
