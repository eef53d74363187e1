import { defineWorkspaceData } from '../../access/public/workspace-data.js';

defineWorkspaceData({
  eraseChannels: [
    `DELETE FROM subscription_spans WHERE (node_id, number) IN (
       SELECT node_id, number FROM subscription_spans WHERE channel_id = ANY($1::bigint[]) LIMIT $2) RETURNING 1`,
    `DELETE FROM span_progress WHERE (node_id, channel_id) IN (
       SELECT node_id, channel_id FROM span_progress WHERE channel_id = ANY($1::bigint[]) LIMIT $2) RETURNING 1`,
  ],
});
