import { Injectable } from '@nestjs/common';
import { userChannel } from '../../access/public/user-channel.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';

/** Users who came or went: with their first connection to any node, and when the grace after their last one is over. */
export interface OnlineChange {
  readonly type: 'user:online' | 'user:offline';
  readonly userIds: readonly string[];
}

/**
 * Who has a live connection to any node, or had one a moment ago: whoever reloads a page, or whose node died, is online
 * until the grace (PRESENCE_GRACE_SECONDS) is over. Connections with an API key don't count: a machine is nobody's presence.
 */
@Injectable()
export class OnlineUsers {
  private readonly reactions = new Set<(change: OnlineChange) => void>();

  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Those of `userIds` who are online, in every role. One query. */
  async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ userId: string }>(
      `SELECT DISTINCT presence.user_id AS "userId" FROM presence
       JOIN presence_nodes ON presence_nodes.id = presence.node_id
       WHERE presence.channel = ANY($1) AND lease_until > now() - make_interval(secs => $2)`,
      [userIds.map(userChannel), this.config.presenceGraceSeconds],
    );
    return new Set(rows.map(({ userId }) => userId));
  }

  /**
   * Calls back once for each user who comes or goes, on one node of all: that which was the first to notice, one with the
   * role `gateway`. A reaction that fails, or whose process dies, isn't made up for; it must neither throw nor wait.
   * @returns a function that ends it
   */
  onChange(react: (change: OnlineChange) => void): () => void {
    this.reactions.add(react);
    return () => this.reactions.delete(react);
  }

  /** For the node that noticed. */
  announce(change: OnlineChange): void {
    if (change.userIds.length === 0) return;
    for (const react of this.reactions) react(change);
  }
}
