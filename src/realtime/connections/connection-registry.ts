import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Config } from '../../platform/config/config.js';
import { connectionTooMany } from '../protocol/realtime.errors.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { drainConnections } from './drain-connections.js';
import type { Connection } from './connection.js';
import { Counter } from './counter.js';

const FRAMES_PER_USER = { burst: 1_000, perSecond: 100 };

/** A user with at least one connection to this node. */
interface ConnectedUser {
  readonly connections: Set<Connection>;
  readonly frames: TokenBucket;
}

/** Where a client connects from. */
export interface ClientAddress {
  readonly address: string;
  /** The unit of the limits: of IPv6 the /64. */
  readonly network: string;
}

/** The open connections of this node: sockets and streams. */
@Injectable()
export class ConnectionRegistry implements BeforeApplicationShutdown {
  private readonly open = new Set<Connection>();
  /** Connections that have yet to authenticate, with their networks. */
  private readonly pending = new Map<Connection, string>();
  private readonly users = new Map<string, ConnectedUser>();
  private readonly pendingByNetwork = new Counter();
  private readonly byNetwork = new Counter();
  #draining = false;

  constructor(
    private readonly config: Config,
    private readonly metrics: RealtimeMetrics,
  ) {
    metrics.gauge('tidings_sockets', 'Open sockets and streams of this process.', () => this.count);
  }

  /** True from the start of the shutdown on. */
  get isDraining(): boolean {
    return this.#draining;
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

  /** @returns the connection with this id while it is open */
  byId(id: string): Connection | undefined {
    for (const connection of this.open) if (connection.id === id && connection.isOpen) return connection;
    return undefined;
  }

  of(userId: string): ReadonlySet<Connection> {
    return this.users.get(userId)?.connections ?? new Set();
  }

  /** Takes a frame from the user's budget, which all connections of the user share. @returns false if it is used up */
  takeFrame(userId: string, now: number): boolean {
    return this.users.get(userId)?.frames.take(now) ?? false;
  }

  /** The users with an authenticated connection to this node. */
  userIds(): string[] {
    return [...this.users.keys()];
  }

  /**
   * Adds a connection that has yet to authenticate. It is removed when it closes.
   * @param client as `ConnectionLimits.admit` returned it
   */
  addPending(connection: Connection, { address, network }: ClientAddress): void {
    connection.address = address;
    this.open.add(connection);
    this.byNetwork.add(network);
    this.pendingByNetwork.add(network);
    this.pending.set(connection, network);
    connection.onClose(() => this.remove(connection, network));
  }

  /** @throws `connection.too-many` at the user's limit of connections */
  admit(connection: Connection): void {
    const { userId } = connection.principal;
    const user = this.users.get(userId) ?? {
      connections: new Set(),
      frames: new TokenBucket(performance.now(), FRAMES_PER_USER),
    };
    if (user.connections.size >= this.config.maxConnections.perUser) {
      this.metrics.refused.inc({ reason: 'user' });
      throw connectionTooMany();
    }
    this.removePending(connection);
    this.users.set(userId, user);
    user.connections.add(connection);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#draining = true;
    await drainConnections([...this.all]);
  }

  private remove(connection: Connection, network: string): void {
    this.metrics.closes.inc({ reason: connection.closedFor ?? 'gone' });
    this.open.delete(connection);
    this.byNetwork.remove(network);
    this.removePending(connection);
    if (!connection.isAuthenticated) return;
    const { userId } = connection.principal;
    const connections = this.users.get(userId)?.connections;
    connections?.delete(connection);
    if (connections?.size === 0) this.users.delete(userId);
  }

  private removePending(connection: Connection): void {
    const network = this.pending.get(connection);
    if (network === undefined) return;
    this.pending.delete(connection);
    this.pendingByNetwork.remove(network);
  }
}
