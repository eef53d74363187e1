import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { PresenceEntry } from './presence-entries.js';

const LEASE_SECONDS = 5;
const NODES_PER_SWEEP = 4;

/** Who is in a channel: all of them, or of a crowd some. */
export interface ChannelPresence {
  readonly channel: string;
  readonly count: number;
  readonly userIds: readonly string[];
}

interface SweptRow {
  readonly channel: string;
  readonly userId: string;
}

/** What a sweep found of nodes that are gone. */
export interface Swept {
  readonly channels: readonly string[];
  readonly offline: readonly string[];
}

/**
 * Who is where, written down by every node for its own clients. A node's rows count while its lease lasts, and for the
 * grace after it: so the clients of a node that died may come back elsewhere before anybody has seen them leave.
 */
@Injectable()
export class PresenceStore {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @returns false when the node isn't known, or no more: whatever it had written is gone */
  async renew(nodeId: string): Promise<boolean> {
    const renewed = await this.database.query(
      'UPDATE presence_nodes SET lease_until = now() + make_interval(secs => $2) WHERE id = $1 RETURNING id',
      [nodeId, LEASE_SECONDS],
    );
    return renewed.length > 0;
  }

  async enter(nodeId: string): Promise<void> {
    await this.database.query(
      'INSERT INTO presence_nodes (id, lease_until) VALUES ($1, now() + make_interval(secs => $2)) ON CONFLICT DO NOTHING',
      [nodeId, LEASE_SECONDS],
    );
  }

  /** As if the node had never been there. */
  async forget(nodeId: string): Promise<void> {
    await this.database.query('DELETE FROM presence WHERE node_id = $1', [nodeId]);
  }

  /** The node's rows stay for the grace, since its clients will be back on another one. */
  async endLease(nodeId: string): Promise<void> {
    await this.database.query('UPDATE presence_nodes SET lease_until = now() WHERE id = $1', [nodeId]);
  }

  /**
   * @param arrivals users who are online by way of this node from now on
   * @returns those of them who were not online before
   * @throws Error when the node isn't known any more
   */
  async add(nodeId: string, entries: readonly PresenceEntry[], arrivals: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await holdNode(tx, nodeId);
      await tx.query(
        `INSERT INTO presence (channel, user_id, node_id)
         SELECT channel, user_id, $1 FROM unnest($2::text[], $3::uuid[]) AS seat (channel, user_id)
         ON CONFLICT DO NOTHING`,
        [nodeId, ...columnsOf(entries)],
      );
      // The update of a row that is there takes its lock: whoever calls the user offline meanwhile looks again after us.
      const rows = await tx.query<{ userId: string; isNew: boolean }>(
        `INSERT INTO online_users (user_id) SELECT DISTINCT unnest($1::uuid[]) ORDER BY 1
         ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
         RETURNING user_id AS "userId", xmax = 0 AS "isNew"`,
        [arrivals],
      );
      return rows.filter(({ isNew }) => isNew).map(({ userId }) => userId);
    });
  }

  /** @returns those of the users `leaving` who aren't online on any node any more */
  async remove(nodeId: string, entries: readonly PresenceEntry[], leaving: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(
        `DELETE FROM presence USING unnest($2::text[], $3::uuid[]) AS seat (channel, user_id)
         WHERE presence.channel = seat.channel AND presence.user_id = seat.user_id AND presence.node_id = $1`,
        [nodeId, ...columnsOf(entries)],
      );
      return callOffline(tx, leaving);
    });
  }

  /** Clears away what nodes have written whose lease and grace are over. Several nodes may do so at once. */
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
      return { channels, offline: await callOffline(tx, [...new Set(rows.map(({ userId }) => userId))]) };
    });
  }

  /** Who is in these channels, each user once, in the order of ids: up to `most` of each. */
  async read(channels: readonly string[], max: number): Promise<ChannelPresence[]> {
    return this.database.query<ChannelPresence>(
      `WITH nodes AS MATERIALIZED (
         SELECT id FROM presence_nodes WHERE lease_until > now() - make_interval(secs => $3))
       SELECT asked.channel, count(seat.user_id)::int AS count,
         coalesce(
           (array_agg(seat.user_id ORDER BY seat.user_id) FILTER (WHERE seat.user_id IS NOT NULL))[:$2::int],
           '{}') AS "userIds"
       FROM unnest($1::text[]) AS asked (channel)
       LEFT JOIN LATERAL (
         SELECT DISTINCT user_id FROM presence
         WHERE presence.channel = asked.channel AND node_id IN (SELECT id FROM nodes)) AS seat ON true
       GROUP BY asked.channel`,
      [channels, max, this.config.presenceGraceSeconds],
    );
  }
}

async function holdNode(tx: Transaction, nodeId: string): Promise<void> {
  // Against a sweep that takes us for dead: what is written behind its back would stay for ever.
  const held = await tx.query('SELECT id FROM presence_nodes WHERE id = $1 FOR KEY SHARE', [nodeId]);
  if (held.length === 0) throw new Error('This node was taken for dead: it writes down anew who is there.');
}

async function callOffline(tx: Transaction, userIds: readonly string[]): Promise<string[]> {
  // Locked by one statement, looked at by the next: so it sees what was committed while it waited for the lock.
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
