import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';

/** What made a connection too many. */
export type RefusalReason = 'draining' | 'address' | 'address-pending' | 'node' | 'pending' | 'rate' | 'user';

/** What the gateway counts. */
@Injectable()
export class RealtimeMetrics {
  readonly frames;
  readonly delivered;
  readonly closes;
  readonly refused;
  readonly subscribes;
  readonly relays;

  constructor(private readonly metrics: Metrics) {
    this.frames = metrics.counter({
      name: 'tidings_frames_received_total',
      help: 'Frames of clients by type, or by the code of the error for those that are not handled.',
      labels: ['type'],
    });
    this.delivered = metrics.counter({
      name: 'tidings_events_delivered_total',
      help: 'Events written to sockets, one for each socket.',
    });
    this.closes = metrics.counter({
      name: 'tidings_sockets_closed_total',
      help: 'Sockets that ended, by the reason that the server gave; `gone` when it was not the server.',
      labels: ['reason'],
    });
    this.refused = metrics.counter({
      name: 'tidings_connections_refused_total',
      help: 'Connections that were not let in, by what there were too many of; `draining` at the end of the process.',
      labels: ['reason'],
    });
    this.subscribes = metrics.counter({
      name: 'tidings_subscribes_total',
      help: 'Subscriptions begun: `fresh` without a position, `recovered` or `restarted` with one.',
      labels: ['outcome'],
    });
    this.relays = metrics.counter({
      name: 'tidings_relayed_frames_total',
      help: 'Frames of clients for others that follow a channel here: `passed` on, or `dropped` since there were too many.',
      labels: ['outcome'],
    });
  }

  /** @param count asked at every scrape */
  gauge(name: 'tidings_sockets' | 'tidings_subscriptions', help: string, count: () => number): void {
    this.metrics.gauge({ name, help, collect: (gauge) => gauge.set(count()) });
  }
}
