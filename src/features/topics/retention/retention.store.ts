import type { Database, Transaction } from '../../../platform/database/database.js';
import { topicChannel } from '../topics.declarations.js';
import type { RetentionRule } from './retention.schemas.js';

type Queries = Pick<Database, 'query'>;

/** A topic with events that a rule no longer keeps. */
export interface OldTopic {
  readonly channelId: string;
  readonly channel: string;
  /** Null: of any age. */
  readonly maxAgeSeconds: number | null;
  /** Null: any number. */
  readonly maxEvents: number | null;
}

const TOPICS_AT_A_TIME = 100;

export async function readRules(from: Queries, workspaceId: string): Promise<RetentionRule[]> {
  const rows = await from.query<{ topics: string; maxAgeSeconds: number | null; maxEvents: number | null }>(
    `SELECT topics, max_age_seconds AS "maxAgeSeconds", max_events AS "maxEvents" FROM topic_retention
     WHERE workspace_id = $1 ORDER BY topics COLLATE "C"`,
    [workspaceId],
  );
  return rows.map(({ topics, maxAgeSeconds, maxEvents }) => ({
    topics,
    ...(maxAgeSeconds !== null && { maxAgeSeconds }),
    ...(maxEvents !== null && { maxEvents }),
  }));
}

export async function replaceRules(
  tx: Transaction,
  workspaceId: string,
  rules: readonly RetentionRule[],
): Promise<void> {
  // Excludes a second change of the same workspace until the transaction ends.
  await tx.query('SELECT FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [workspaceId]);
  await tx.query('DELETE FROM topic_retention WHERE workspace_id = $1', [workspaceId]);
  await tx.query(
    `INSERT INTO topic_retention (workspace_id, topics, max_age_seconds, max_events)
     SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::integer[])`,
    [
      workspaceId,
      rules.map(({ topics }) => topics),
      rules.map(({ maxAgeSeconds }) => maxAgeSeconds ?? null),
      rules.map(({ maxEvents }) => maxEvents ?? null),
    ],
  );
}

export async function workspacesWithRules(from: Queries): Promise<string[]> {
  const rows = await from.query<{ id: string }>('SELECT DISTINCT workspace_id AS id FROM topic_retention ORDER BY 1');
  return rows.map(({ id }) => id);
}

/**
 * The next topics after `after` that keep more than their rule allows, at most a hundred. A rule for one topic counts
 * before one for a subtree, and the longer subtree before the shorter one.
 */
export function nextOldTopics(from: Queries, workspaceId: string, after: string): Promise<OldTopic[]> {
  const prefix = topicChannel(workspaceId, '');
  return from.query<OldTopic>(
    `SELECT channels.id AS "channelId", channels.name AS channel, rule.max_age_seconds AS "maxAgeSeconds",
       rule.max_events AS "maxEvents"
     FROM channels
     CROSS JOIN LATERAL (
       SELECT max_age_seconds, max_events FROM topic_retention
       WHERE workspace_id = $1 AND CASE WHEN topics LIKE '%*' THEN starts_with(channels.name, $2 || rtrim(topics, '*'))
         ELSE channels.name = $2 || topics END
       ORDER BY topics LIKE '%*', length(topics) DESC LIMIT 1) AS rule
     WHERE channels.name LIKE 'topic:%' AND channels.name COLLATE "C" > $3 AND channels.name COLLATE "C" < $2 || '~'
       AND head > tail AND (head - tail > rule.max_events OR EXISTS (
         SELECT 1 FROM events WHERE channel_id = channels.id AND "offset" = channels.tail + 1
           AND created_at < now() - make_interval(secs => rule.max_age_seconds)))
     ORDER BY channels.name COLLATE "C" LIMIT ${TOPICS_AT_A_TIME}`,
    [workspaceId, prefix, after === '' ? prefix : after],
  );
}
