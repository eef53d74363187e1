import { defineWorkspaceData } from '../../access/public/workspace-data.js';
import { TOPICS_READ } from './topics.declarations.js';

defineWorkspaceData({
  exports: [
    {
      kind: 'event-type',
      permission: TOPICS_READ,
      page: `SELECT type AS cursor, type, description, schema::json AS schema, updated_at AS "updatedAt"
        FROM event_types WHERE workspace_id = $1 AND ($2::text IS NULL OR type > $2) ORDER BY type LIMIT $3`,
    },
    {
      kind: 'topic-retention',
      permission: TOPICS_READ,
      page: `SELECT topics AS cursor, topics, max_age_seconds AS "maxAgeSeconds", max_events AS "maxEvents"
        FROM topic_retention WHERE workspace_id = $1 AND ($2::text IS NULL OR topics > $2) ORDER BY topics LIMIT $3`,
    },
  ],
  erase: [
    `DELETE FROM publish_keys WHERE (workspace_id, user_id, key) IN (
       SELECT workspace_id, user_id, key FROM publish_keys WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
