import { Injectable } from '@nestjs/common';
import { userChannel } from '../../access/public/user-channel.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';

/** Users who came online with their first connection to any node, or went offline after the grace of their last one. */
export interface OnlineChange {
  readonly type: 'user:online' | 'user:offline';
  readonly userIds: readonly string[];
}

/**
 * The users with a connection to any node. A user stays online for PRESENCE_GRACE_SECONDS after the last connection is
 * lost, so that reloading a page or a node's crash goes unnoticed. Connections with an API key don't count.
 */
@Injectable()
export class OnlineUsers {
  private readonly reactions = new Set<(change: OnlineChange) => void>();

  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** The online users among `userIds`. Works in processes of every role, with one query. */
  async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const counts = await this.countIn(userIds.map(userChannel));
    return new Set(userIds.filter((userId) => counts.has(userChannel(userId))));
  }

  /** The number of users who are present in each of these channels, by channel. One query; 0 is left out. */
  async countIn(channels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ channel: string; count: number }>(
      `SELECT presence.channel, count(DISTINCT presence.user_id)::int AS count FROM presence
       JOIN presence_nodes ON presence_nodes.id = presence.node_id
       WHERE presence.channel = ANY($1) AND lease_until > now() - make_interval(secs => $2)
       GROUP BY presence.channel`,
      [channels, this.config.presenceGraceSeconds],
    );
    return new Map(rows.map(({ channel, count }) => [channel, count]));
  }

  /**
   * Calls `react` once for each change, on the gateway node that notices it first. The call isn't repeated if it fails
   * or its process crashes; it must neither throw nor block.
   * @returns a function that ends it
   */
  onChange(react: (change: OnlineChange) => void): () => void {
    this.reactions.add(react);
    return () => this.reactions.delete(react);
  }

  /** Called by the node that notices the change. */
  announce(change: OnlineChange): void {
    if (change.userIds.length === 0) return;
    for (const react of this.reactions) react(change);
  }
}
