import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { History } from '../../platform/history/history.js';
import { ChannelHub } from '../channels/channel-hub.js';
import { CLOSE } from '../protocol/close-codes.js';
import { LocalPresence } from '../presence/local-presence.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';

const CONNECTIONS_PER_SLICE = 500;

/**
 * Closes every connection, including streams and feature sockets, when the database was restored to an earlier state:
 * the clients' positions belong to a lost history. They reconnect, get `recovered: false` and reload their data.
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
      this.hub.closeAll();
      void this.closeConnections();
      this.presence
        .rewriteAll()
        .catch((error: unknown) => this.logger.warn({ msg: 'rewriting presence failed', err: error }));
    });
  }

  onApplicationShutdown(): void {
    this.unlisten();
  }

  private async closeConnections(): Promise<void> {
    // Connections opened while this loop yields belong to the current history.
    const before = [...this.connections.all];
    let closed = 0;
    for (const connection of before) {
      connection.close(CLOSE.stateLost);
      if (++closed % CONNECTIONS_PER_SLICE === 0) await nextTurn();
    }
  }
}
