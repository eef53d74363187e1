import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { PresenceEntry } from './presence-entries.js';

const LEASE_SECONDS = 5;
const NODES_PER_SWEEP = 4;

/** The users in a channel; of a large one only some. */
export interface ChannelPresence {
  readonly channel: string;
  readonly count: number;
  readonly userIds: readonly string[];
}

interface SweptRow {
  readonly channel: string;
  readonly userId: string;
}

/** The result of sweeping the rows of dead nodes. */
export interface Swept {
  readonly channels: readonly string[];
  readonly offline: readonly string[];
}

/**
 * The presence rows of all nodes; each node writes those of its own clients. They count during the node's lease and the
 * grace period after it, so that the clients of a crashed node can reconnect elsewhere without having left.
 */
@Injectable()
export class PresenceStore {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @returns false if the node is unknown or was swept, and its rows are gone */
  async renew(nodeId: string): Promise<boolean> {
    const renewed = await this.database.query(
      'UPDATE presence_nodes SET lease_until = now() + make_interval(secs => $2) WHERE id = $1 RETURNING id',
      [nodeId, LEASE_SECONDS],
    );
    return renewed.length > 0;
  }

  async register(nodeId: string): Promise<void> {
    await this.database.query(
      'INSERT INTO presence_nodes (id, lease_until) VALUES ($1, now() + make_interval(secs => $2)) ON CONFLICT DO NOTHING',
      [nodeId, LEASE_SECONDS],
    );
  }

  /** Deletes the rows of a node. */
  async removeEntries(nodeId: string): Promise<void> {
    await this.database.query('DELETE FROM presence WHERE node_id = $1', [nodeId]);
  }

  /** Ends the lease. The rows stay for the grace period, since the clients reconnect to other nodes. */
  async endLease(nodeId: string): Promise<void> {
    await this.database.query('UPDATE presence_nodes SET lease_until = now() WHERE id = $1', [nodeId]);
  }

  /**
   * @param arrivals users who are online through this node from now on
   * @returns the arrivals who were not online before
   * @throws Error if the node was swept
   */
  async add(nodeId: string, entries: readonly PresenceEntry[], arrivals: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await lockNode(tx, nodeId);
      await tx.query(
        `INSERT INTO presence (channel, user_id, node_id)
         SELECT channel, user_id, $1 FROM unnest($2::text[], $3::uuid[]) AS entry (channel, user_id)
         ON CONFLICT DO NOTHING`,
        [nodeId, ...columnsOf(entries)],
      );
      // Updating an existing row locks it, so a concurrent `markOffline` of the user checks again after this commit.
      const rows = await tx.query<{ userId: string; isNew: boolean }>(
        `INSERT INTO online_users (user_id) SELECT DISTINCT unnest($1::uuid[]) ORDER BY 1
         ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
         RETURNING user_id AS "userId", xmax = 0 AS "isNew"`,
        [arrivals],
      );
      return rows.filter(({ isNew }) => isNew).map(({ userId }) => userId);
    });
  }

  /** @returns the `leaving` users who are no longer online on any node */
  async remove(nodeId: string, entries: readonly PresenceEntry[], leaving: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(
        `DELETE FROM presence USING unnest($2::text[], $3::uuid[]) AS entry (channel, user_id)
         WHERE presence.channel = entry.channel AND presence.user_id = entry.user_id AND presence.node_id = $1`,
        [nodeId, ...columnsOf(entries)],
      );
      return markOffline(tx, leaving);
    });
  }

  /** Deletes the rows of nodes whose lease and grace period are over. Safe to run on several nodes at once. */
  async sweep(): Promise<Swept> {
    return this.database.transaction(async (tx) => {
      const gone = await tx.query<{ id: string }>(
        `SELECT id FROM presence_nodes WHERE lease_until < now() - make_interval(secs => $1)
         ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
        [this.config.presenceGraceSeconds, NODES_PER_SWEEP],
      );
      if (gone.length === 0) return { channels: [], offline: [] };
      const ids = gone.map(({ id }) => id);
      const rows = await tx.query<SweptRow>(
        'DELETE FROM presence WHERE node_id = ANY($1) RETURNING channel, user_id AS "userId"',
        [ids],
      );
      await tx.query('DELETE FROM presence_nodes WHERE id = ANY($1)', [ids]);
      const channels = [...new Set(rows.map(({ channel }) => channel))];
      return { channels, offline: await markOffline(tx, [...new Set(rows.map(({ userId }) => userId))]) };
    });
  }

  /** The users in these channels, each once and ordered by id: up to `max` per channel. */
  async read(channels: readonly string[], max: number): Promise<ChannelPresence[]> {
    return this.database.query<ChannelPresence>(
      `WITH nodes AS MATERIALIZED (
         SELECT id FROM presence_nodes WHERE lease_until > now() - make_interval(secs => $3))
       SELECT requested.channel, count(entry.user_id)::int AS count,
         coalesce(
           (array_agg(entry.user_id ORDER BY entry.user_id) FILTER (WHERE entry.user_id IS NOT NULL))[:$2::int],
           '{}') AS "userIds"
       FROM unnest($1::text[]) AS requested (channel)
       LEFT JOIN LATERAL (
         SELECT DISTINCT user_id FROM presence
         WHERE presence.channel = requested.channel AND node_id IN (SELECT id FROM nodes)) AS entry ON true
       GROUP BY requested.channel`,
      [channels, max, this.config.presenceGraceSeconds],
    );
  }
}

async function lockNode(tx: Transaction, nodeId: string): Promise<void> {
  // Blocks a concurrent sweep of this node: rows written behind it would never be deleted.
  const locked = await tx.query('SELECT id FROM presence_nodes WHERE id = $1 FOR KEY SHARE', [nodeId]);
  if (locked.length === 0) throw new Error('Another node has swept the presence of this node, which is written again.');
}

async function markOffline(tx: Transaction, userIds: readonly string[]): Promise<string[]> {
  // The next statement's snapshot then includes the transactions that this one waited for.
  await tx.query('SELECT user_id FROM online_users WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE', [userIds]);
  const rows = await tx.query<{ userId: string }>(
    `DELETE FROM online_users WHERE user_id = ANY($1) AND NOT EXISTS (
       SELECT FROM presence WHERE channel = 'user:' || online_users.user_id AND presence.user_id = online_users.user_id)
     RETURNING user_id AS "userId"`,
    [userIds],
  );
  return rows.map(({ userId }) => userId);
}

function columnsOf(entries: readonly PresenceEntry[]): [string[], string[]] {
  return [entries.map(({ channel }) => channel), entries.map(({ userId }) => userId)];
}
