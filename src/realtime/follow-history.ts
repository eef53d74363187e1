import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { History } from '../platform/history/history.js';
import { Feeds } from './feeds/feeds.js';
import { CLOSE } from './frames/close-codes.js';
import { PresenceNode } from './presence/presence-node.js';
import { Sessions } from './sockets/sessions.js';

const SESSIONS_PER_TURN = 500;

/**
 * Lets every client go when the database has gone back in time: the positions that they hold belong to a history that is
 * lost. They come back, are told `recovered: false` and load what they show anew. Sockets of features and streams too.
 */
@Injectable()
export class FollowHistory implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(FollowHistory.name);
  private unlisten = (): void => undefined;

  constructor(
    private readonly history: History,
    private readonly feeds: Feeds,
    private readonly sessions: Sessions,
    private readonly presence: PresenceNode,
  ) {}

  onModuleInit(): void {
    this.unlisten = this.history.onChange(() => {
      this.feeds.forgetAll();
      void this.closeAll();
      this.presence
        .writeAnew()
        .catch((error: unknown) => this.logger.warn({ msg: 'presence was not written anew', err: error }));
    });
  }

  onApplicationShutdown(): void {
    this.unlisten();
  }

  private async closeAll(): Promise<void> {
    // Those that come while this gives way are of the present history.
    const before = [...this.sessions.all];
    let closed = 0;
    for (const session of before) {
      session.close(CLOSE.stateLost);
      if (++closed % SESSIONS_PER_TURN === 0) await nextTurn();
    }
  }
}
