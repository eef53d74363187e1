import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Config } from '../../platform/config/config.js';
import type { TidingsError } from '../../platform/errors.js';
import { addressReader, networkOf } from '../../platform/http/server/caller-address.js';
import { connectionTooMany, connectionUnavailable } from '../protocol/realtime.errors.js';
import { RealtimeMetrics, type RefusalReason } from '../metrics/realtime.metrics.js';
import { ConnectionRegistry } from './connection-registry.js';

/** Of this node. Each of them may ask the database, and nobody knows yet for whom. */
const MAX_PENDING = 2_000;
/** Of what an address may have, so that one alone can't be all that is pending. */
const PENDING_SHARE = 1 / 4;
/** After a restart all come at the same time. */
const BURST_SECONDS = 2;

/** Decides whether one more connection is let in, by what is known before it says who it is: where it comes from. */
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
   * Ask before anything is done for the connection.
   * @returns the network that it counts for, for `Sessions.addPending`
   * @throws `connection.too-many`: this network has too many; `connection.unavailable`: this node has. Both say when to retry
   */
  admit(request: IncomingMessage): string {
    const network = networkOf(this.addressOf(request));
    const { all, perAddress } = this.config.maxConnections;
    const { connections } = this;
    if (connections.draining) throw this.refuse('draining', connectionUnavailable, 1);
    if (connections.countFrom(network) >= perAddress) throw this.refuse('address', connectionTooMany, 10);
    if (connections.pendingFrom(network) >= Math.ceil(perAddress * PENDING_SHARE))
      throw this.refuse('address-pending', connectionTooMany, 2);
    if (connections.count >= all) throw this.refuse('node', connectionUnavailable, 10);
    if (connections.pendingCount >= MAX_PENDING) throw this.refuse('pending', connectionUnavailable, 2);
    if (!this.arrivals.take(performance.now())) throw this.refuse('rate', connectionUnavailable, 2);
    return network;
  }

  private refuse(reason: RefusalReason, refusal: typeof connectionTooMany, retryAfterSeconds: number): TidingsError {
    this.metrics.refused.inc({ reason });
    return refusal(undefined, { retryAfterSeconds });
  }
}
