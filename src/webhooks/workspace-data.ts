import { defineWorkspaceData } from '../access/public/workspace-data.js';
import { WEBHOOKS_BODIES, WEBHOOKS_MANAGE, WEBHOOKS_READ } from './public/webhooks.declarations.js';
import { resumeSources, suspendSources } from './sources/suspend-sources.js';

defineWorkspaceData({
  onDelete: async (change) => {
    await suspendSources(change);
    await change.tx.query(
      `UPDATE delivery_replays SET status = 'cancelled' WHERE workspace_id = $1 AND status = 'running'`,
      [change.workspaceId],
    );
  },
  onRestore: resumeSources,
  exports: [
    {
      kind: 'source',
      permission: WEBHOOKS_READ,
      page: `SELECT id::text AS cursor, id, name, provider, key, cardinality(secrets) AS secrets, options,
          replay_guard_seconds AS "replayGuardSeconds", dedup_window_seconds AS "dedupWindowSeconds", include,
          own_channel AS "ownChannel", event_per_item AS "eventPerItem", expect_every_seconds AS "expectEverySeconds",
          allowed_addresses AS "allowedAddresses", enabled, created_at AS "createdAt"
        FROM sources WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
      // Anyone with the key may send to an open source.
      restricted: { permission: WEBHOOKS_MANAGE, fields: ['key'] },
    },
    {
      kind: 'delivery',
      permission: WEBHOOKS_READ,
      // A body has up to some MB.
      pageSize: 10,
      restricted: { permission: WEBHOOKS_BODIES, fields: ['headers', 'bodyBase64'] },
      page: `SELECT id::text AS cursor, id, source_id AS "sourceId", provider, method,
          provider_delivery_id AS "providerDeliveryId", event_type AS "eventType", title, url, sender, status, attempts,
          error, event_id AS "eventId", duplicate_of AS "duplicateOf", repeats, test, received_at AS "receivedAt",
          processed_at AS "processedAt", headers, encode(body, 'base64') AS "bodyBase64"
        FROM deliveries WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
    },
    {
      kind: 'refused-request',
      permission: WEBHOOKS_READ,
      page: `SELECT id::text AS cursor, id, source_id AS "sourceId", cause, address, body_size AS "bodySize",
          received_at AS "receivedAt", delivery_id AS "deliveryId", accepted_at AS "acceptedAt"
        FROM refused_requests WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
    },
  ],
  erase: [
    `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM delivery_replays WHERE id IN (
       SELECT id FROM delivery_replays WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM refused_requests WHERE id IN (
       SELECT id FROM refused_requests WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM sources WHERE id IN (SELECT id FROM sources WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
