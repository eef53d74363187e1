import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Tracing } from '../../platform/tracing/tracing.js';
import { Traffic } from '../../platform/traffic/traffic.js';
import { SocketLatency } from './socket-latency.js';

/** The limit that refused a connection. */
export type RefusalReason = 'draining' | 'address' | 'address-pending' | 'node' | 'pending' | 'rate' | 'user';

/** The counters of the gateway, and its traces. */
@Injectable()
export class RealtimeMetrics {
  readonly frames;
  readonly closes;
  readonly refused;
  readonly subscribes;
  readonly relays;

  readonly latency;

  constructor(
    private readonly metrics: Metrics,
    private readonly traffic: Traffic,
    readonly tracing: Tracing = new Tracing(),
  ) {
    this.latency = new SocketLatency(metrics);
    this.frames = metrics.counter({
      name: 'tidings_frames_received_total',
      help: 'Frames received from clients by type, or by error code if they are declined.',
      labels: ['type'],
    });
    this.closes = metrics.counter({
      name: 'tidings_sockets_closed_total',
      help: 'Closed connections by the reason of the server; `gone` if the client or the network closed them.',
      labels: ['reason'],
    });
    this.refused = metrics.counter({
      name: 'tidings_connections_refused_total',
      help: 'Refused connections by the limit that they exceeded; `draining` during the shutdown.',
      labels: ['reason'],
    });
    this.subscribes = metrics.counter({
      name: 'tidings_subscribes_total',
      help: 'Subscriptions: `fresh` without a position, `recovered` or `restarted` with one.',
      labels: ['outcome'],
    });
    this.relays = metrics.counter({
      name: 'tidings_relayed_frames_total',
      help: 'Client frames relayed to the subscribers of this process: `passed`, or `dropped` above the rate limit.',
      labels: ['outcome'],
    });
  }

  /** @param events events times connections */
  sent(channel: string, events: number): void {
    this.traffic.sent(channel, events);
  }

  /** @param count called at every scrape */
  gauge(name: 'tidings_sockets' | 'tidings_subscriptions', help: string, count: () => number): void {
    this.metrics.gauge({ name, help, collect: (gauge) => gauge.set(count()) });
  }
}
