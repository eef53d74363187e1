import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Config } from '../../platform/config/config.js';
import { connectionTooMany } from '../protocol/realtime.errors.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { drainConnections } from './drain-connections.js';
import type { Connection } from './connection.js';
import { Counter } from './counter.js';

const FRAMES_OF_USER = { burst: 1_000, perSecond: 100 };

/** Who has at least one connection here. */
interface PresentUser {
  readonly connections: Set<Connection>;
  readonly frames: TokenBucket;
}

/** Every open connection of this node: sockets and streams. */
@Injectable()
export class ConnectionRegistry implements BeforeApplicationShutdown {
  private readonly open = new Set<Connection>();
  /** With the network that each came from. */
  private readonly pending = new Map<Connection, string>();
  private readonly users = new Map<string, PresentUser>();
  private readonly pendingByNetwork = new Counter();
  private readonly byNetwork = new Counter();
  #leaving = false;

  constructor(
    private readonly config: Config,
    private readonly metrics: RealtimeMetrics,
  ) {
    metrics.gauge('tidings_sockets', 'Open sockets and streams of this process.', () => this.count);
  }

  /** For good, once those that are here are let go. */
  get draining(): boolean {
    return this.#leaving;
  }

  get count(): number {
    return this.open.size;
  }

  get pendingCount(): number {
    return this.pending.size;
  }

  countFrom(network: string): number {
    return this.byNetwork.of(network);
  }

  pendingFrom(network: string): number {
    return this.pendingByNetwork.of(network);
  }

  get all(): ReadonlySet<Connection> {
    return this.open;
  }

  of(userId: string): ReadonlySet<Connection> {
    return this.users.get(userId)?.connections ?? new Set();
  }

  /** What a user may send, over all connections together. @returns false when this frame is too many */
  takeFrame(userId: string, now: number): boolean {
    return this.users.get(userId)?.frames.take(now) ?? false;
  }

  /** Of everybody who has an open socket here. */
  userIds(): string[] {
    return [...this.users.keys()];
  }

  /**
   * A connection that has yet to authenticate. It is forgotten when it closes.
   * @param network as `Doorkeeper.admit` has found it
   */
  addPending(connection: Connection, network: string): void {
    this.open.add(connection);
    this.byNetwork.add(network);
    this.pendingByNetwork.add(network);
    this.pending.set(connection, network);
    connection.onClose(() => this.forget(connection, network));
  }

  /** @throws `connection.too-many` when the user has as many as one can have */
  admit(connection: Connection): void {
    const { userId } = connection.principal;
    const user = this.users.get(userId) ?? {
      connections: new Set(),
      frames: new TokenBucket(performance.now(), FRAMES_OF_USER),
    };
    if (user.connections.size >= this.config.maxConnections.perUser) {
      this.metrics.refused.inc({ reason: 'user' });
      throw connectionTooMany();
    }
    this.noLongerPending(connection);
    this.users.set(userId, user);
    user.connections.add(connection);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#leaving = true;
    await drainConnections([...this.all]);
  }

  private forget(connection: Connection, network: string): void {
    this.metrics.closes.inc({ reason: connection.closedFor ?? 'gone' });
    this.open.delete(connection);
    this.byNetwork.remove(network);
    this.noLongerPending(connection);
    if (!connection.isAuthenticated) return;
    const { userId } = connection.principal;
    const connections = this.users.get(userId)?.connections;
    connections?.delete(connection);
    if (connections?.size === 0) this.users.delete(userId);
  }

  private noLongerPending(connection: Connection): void {
    const network = this.pending.get(connection);
    if (network === undefined) return;
    this.pending.delete(connection);
    this.pendingByNetwork.remove(network);
  }
}
