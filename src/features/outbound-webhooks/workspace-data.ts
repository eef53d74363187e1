import { defineWorkspaceData } from '../../access/public/workspace-data.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { ENDPOINTS_TOPIC } from './endpoint.entity.js';

defineWorkspaceData({
  onDelete: async ({ tx, workspaceId }) => {
    await tx.query(
      `UPDATE message_replays SET status = 'cancelled' FROM endpoints
       WHERE endpoints.id = message_replays.endpoint_id AND workspace_id = $1 AND status = 'running'`,
      [workspaceId],
    );
  },
  onRestore: async ({ tx, bus, workspaceId }) => tx.afterCommit(() => bus.publish(ENDPOINTS_TOPIC, workspaceId)),
  exports: [
    {
      kind: 'endpoint',
      permission: WEBHOOKS_MANAGE,
      page: `SELECT id::text AS cursor, id, name, kind, url, event_types AS "eventTypes", source_ids AS "sourceIds",
          filter, header_names AS headers, timeout_ms AS "timeoutMs", rate_limit AS "rateLimit", retries, ordered,
          enabled, disabled_reason AS "disabledReason", created_by AS "createdBy", created_at AS "createdAt"
        FROM endpoints WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
    },
    {
      kind: 'message',
      permission: WEBHOOKS_MANAGE,
      page: `SELECT messages.id::text AS cursor, messages.id, endpoint_id AS "endpointId", event_id AS "eventId",
          event_type AS "eventType", delivery_id AS "deliveryId", status, attempts, error,
          messages.created_at AS "createdAt", settled_at AS "settledAt"
        FROM messages JOIN endpoints ON endpoints.id = endpoint_id
        WHERE workspace_id = $1 AND ($2::text IS NULL OR messages.id > $2::uuid) ORDER BY messages.id LIMIT $3`,
    },
  ],
  erase: [
    `DELETE FROM message_attempts WHERE (message_id, number) IN (
       SELECT message_id, number FROM message_attempts
       JOIN messages ON messages.id = message_id JOIN endpoints ON endpoints.id = endpoint_id
       WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM messages WHERE id IN (
       SELECT messages.id FROM messages JOIN endpoints ON endpoints.id = endpoint_id
       WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM endpoints WHERE id IN (SELECT id FROM endpoints WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
