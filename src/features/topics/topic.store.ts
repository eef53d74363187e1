import type { Database } from '../../platform/database/database.js';
import type { Scopes } from './scopes.js';
import { topicChannel } from './topics.declarations.js';

/** A topic as returned by the database driver. */
export interface StoredTopic {
  readonly channel: string;
  readonly epoch: string;
  readonly head: string;
  readonly tail: string;
  readonly lastEventAt: Date | null;
}

interface TopicsWanted {
  readonly allowed: Scopes;
  readonly denied: Scopes;
  /** The beginning of the path. */
  readonly prefix: string;
  /** Only paths after this one. */
  readonly after: string;
  readonly limit: number;
}

/** Greater than every character of a path. */
const END = '~';

/** The topics of a workspace that have had an event, in the order of the bytes of their paths. */
export function listTopics(
  database: Pick<Database, 'query'>,
  workspaceId: string,
  { allowed, denied, prefix, after, limit }: TopicsWanted,
): Promise<StoredTopic[]> {
  const named = (path: string) => topicChannel(workspaceId, path);
  return database.query<StoredTopic>(
    `SELECT channels.name AS channel, channels.epoch, channels.head, channels.tail, newest.created_at AS "lastEventAt"
     FROM channels
     LEFT JOIN events AS newest ON newest.channel_id = channels.id AND newest."offset" = channels.head
     WHERE channels.name LIKE 'topic:%' AND channels.head > 0
       AND channels.name COLLATE "C" >= $1 AND channels.name COLLATE "C" < $2 AND channels.name COLLATE "C" > $3
       AND (channels.name = ANY($4::text[])
         OR EXISTS (SELECT FROM unnest($5::text[]) AS subtree WHERE starts_with(channels.name, subtree)))
       AND NOT (channels.name = ANY($6::text[])
         OR EXISTS (SELECT FROM unnest($7::text[]) AS subtree WHERE starts_with(channels.name, subtree)))
     ORDER BY channels.name COLLATE "C" LIMIT $8`,
    [
      named(prefix),
      named(`${prefix}${END}`),
      named(after),
      allowed.paths.map(named),
      allowed.subtrees.map(named),
      denied.paths.map(named),
      denied.subtrees.map(named),
      limit,
    ],
  );
}
