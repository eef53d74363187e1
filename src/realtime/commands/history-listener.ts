import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { History } from '../../platform/history/history.js';
import { ChannelHub } from '../channels/channel-hub.js';
import { CLOSE } from '../protocol/close-codes.js';
import { LocalPresence } from '../presence/local-presence.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';

const CONNECTIONS_PER_SLICE = 500;

/**
 * Lets every client go when the database has gone back in time: the positions that they hold belong to a history that is
 * lost. They come back, are told `recovered: false` and load what they show anew. Sockets of features and streams too.
 */
@Injectable()
export class HistoryListener implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(HistoryListener.name);
  private unlisten = (): void => undefined;

  constructor(
    private readonly history: History,
    private readonly hub: ChannelHub,
    private readonly connections: ConnectionRegistry,
    private readonly presence: LocalPresence,
  ) {}

  onModuleInit(): void {
    this.unlisten = this.history.onChange(() => {
      this.hub.forgetAll();
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
    const before = [...this.connections.all];
    let closed = 0;
    for (const connection of before) {
      connection.close(CLOSE.stateLost);
      if (++closed % CONNECTIONS_PER_SLICE === 0) await nextTurn();
    }
  }
}
