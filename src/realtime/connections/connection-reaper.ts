import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { invalidToken, tokenExpired } from '../../identity/public/auth.errors.js';
import { CLOSE } from '../protocol/close-codes.js';
import type { Connection } from './connection.js';
import { ConnectionRegistry } from './connection-registry.js';

const CHECK_MS = 500;
/** With one more check, at most 5 s. */
const AUTHENTICATE_MS = 4_500;
const STALLED_MS = 10_000;

/** Checks heartbeats, deadlines and slow consumers of all connections with one timer. */
@Injectable()
export class ConnectionReaper implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connections: ConnectionRegistry) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.checkAll(), CHECK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private checkAll(): void {
    const [now, databaseTime] = [performance.now(), databaseNow()];
    for (const connection of this.connections.all) checkConnection(connection, now, databaseTime);
  }
}

/**
 * @param now by the monotonic clock
 * @param databaseTime by the database's clock, which only the expiry of tokens follows
 */
export function checkConnection(connection: Connection, now: number, databaseTime = databaseNow()): void {
  const { heartbeat, sendBuffer } = connection.transport;
  // A client that doesn't read can't answer a ping. The close code tells it why, if it starts to read.
  if (heartbeat.isDead(now))
    return heartbeat.isUnread || connection.bufferedBytes > 0 ? connection.close(CLOSE.slow) : connection.terminate();
  if (sendBuffer.stalledMs(now) > STALLED_MS) return connection.close(CLOSE.slow);
  if (!connection.isAuthenticated) {
    if (now < connection.openedAt + AUTHENTICATE_MS) return;
    connection.sendError(invalidToken());
    return connection.close(CLOSE.unauthenticated);
  }
  if (databaseTime >= connection.principal.expiresAt) {
    connection.sendError(tokenExpired());
    return connection.close(CLOSE.expired);
  }
  if (heartbeat.isPingDue(now, sendBuffer.written)) connection.transport.ping();
}
