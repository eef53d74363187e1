import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Config } from '../../platform/config/config.js';
import type { TidingsError } from '../../platform/errors.js';
import { addressReader, networkOf } from '../../platform/http/server/caller-address.js';
import { connectionTooMany, connectionUnavailable } from '../protocol/realtime.errors.js';
import { RealtimeMetrics, type RefusalReason } from '../metrics/realtime.metrics.js';
import { ConnectionRegistry, type ClientAddress } from './connection-registry.js';

/** Per node. An unauthenticated connection can cost a query. */
const MAX_PENDING = 2_000;
/** Share of an address's connections that may be pending, so that one address cannot fill MAX_PENDING. */
const PENDING_SHARE = 1 / 4;
/** All clients reconnect at once after a restart. */
const BURST_SECONDS = 2;

/** Decides whether to accept a connection before it authenticates, by the limits of the node and of its network. */
@Injectable()
export class ConnectionLimits {
  private readonly addressOf: (request: IncomingMessage) => string;
  private readonly arrivals: TokenBucket;

  constructor(
    private readonly config: Config,
    private readonly connections: ConnectionRegistry,
    private readonly metrics: RealtimeMetrics,
  ) {
    this.addressOf = addressReader(config.trustProxy);
    const perSecond = config.connectsPerSecond;
    this.arrivals = new TokenBucket(performance.now(), { burst: perSecond * BURST_SECONDS, perSecond });
  }

  /**
   * Call this before any work for the connection.
   * @returns where the client connects from, for `ConnectionRegistry.addPending`
   * @throws `connection.too-many` at a limit of the network, `connection.unavailable` at one of the node; both with
   *   `Retry-After`
   */
  admit(request: IncomingMessage): ClientAddress {
    const address = this.addressOf(request);
    const network = networkOf(address);
    const { all, perAddress } = this.config.maxConnections;
    const { connections } = this;
    if (connections.isDraining) throw this.refuse('draining', connectionUnavailable, 1);
    if (connections.countFrom(network) >= perAddress) throw this.refuse('address', connectionTooMany, 10);
    if (connections.pendingFrom(network) >= Math.ceil(perAddress * PENDING_SHARE))
      throw this.refuse('address-pending', connectionTooMany, 2);
    if (connections.count >= all) throw this.refuse('node', connectionUnavailable, 10);
    if (connections.pendingCount >= MAX_PENDING) throw this.refuse('pending', connectionUnavailable, 2);
    if (!this.arrivals.take(performance.now())) throw this.refuse('rate', connectionUnavailable, 2);
    return { address, network };
  }

  private refuse(reason: RefusalReason, refusal: typeof connectionTooMany, retryAfterSeconds: number): TidingsError {
    this.metrics.refused.inc({ reason });
    return refusal(undefined, { retryAfterSeconds });
  }
}
