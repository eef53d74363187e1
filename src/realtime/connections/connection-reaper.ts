import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { invalidToken, tokenExpired } from '../../identity/public/auth.errors.js';
import { CLOSE } from '../protocol/close-codes.js';
import type { Connection } from './connection.js';
import { ConnectionRegistry } from './connection-registry.js';

const CHECK_MS = 500;
/** With one round more, and not a second longer than 5 s. */
const AUTHENTICATE_MS = 4_500;
const STALLED_MS = 10_000;

/** Goes round all connections twice a second, one timer for all of them: heartbeat, deadlines and slow consumers. */
@Injectable()
export class ConnectionReaper implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connections: ConnectionRegistry) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.checkAll(performance.now()), CHECK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private checkAll(now: number): void {
    for (const connection of this.connections.all) checkConnection(connection, now);
  }
}

/** @param now by the monotonic clock, as everything that a session measures; when a token ends is the database's time */
export function checkConnection(connection: Connection, now: number): void {
  const { heartbeat, sendBuffer } = connection.transport;
  // Who answers no ping because it doesn't read learns why it is cut, should it begin to.
  if (heartbeat.isDead(now))
    return heartbeat.unread || connection.bufferedBytes > 0 ? connection.close(CLOSE.slow) : connection.terminate();
  if (connection.stalledMs(now) > STALLED_MS) return connection.close(CLOSE.slow);
  if (!connection.isAuthenticated) {
    if (now < connection.openedAt + AUTHENTICATE_MS) return;
    connection.sendError(invalidToken());
    return connection.close(CLOSE.unauthenticated);
  }
  if (databaseNow() >= connection.principal.expiresAt) {
    connection.sendError(tokenExpired());
    return connection.close(CLOSE.expired);
  }
  if (heartbeat.isPingDue(now, sendBuffer.written)) connection.transport.ping();
}
