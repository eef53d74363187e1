import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';

/** The traffic of one channel: events appended to it, and events written to its subscribers. */
export interface ChannelCounts {
  appended: number;
  sent: number;
}

/** The counts since the previous `take`. */
export interface TrafficCounts {
  readonly channels: ReadonlyMap<string, ChannelCounts>;
  /** Accepted webhooks by workspace. */
  readonly webhooks: ReadonlyMap<string, number>;
}

/** Names beyond it are in the metrics of the process only, until the next `take`. */
const MAX_NAMES = 20_000;

/**
 * Counts what passes through this process, by channel and workspace, in memory. Callers count batches, never single
 * events of single connections.
 */
@Injectable()
export class Traffic {
  private channels = new Map<string, ChannelCounts>();
  private accepted = new Map<string, number>();
  private readonly appendedTotal;
  private readonly sentTotal;

  constructor(metrics: Metrics) {
    this.appendedTotal = metrics.counter({
      name: 'tidings_events_appended_total',
      help: 'Events that this process committed to the log.',
    });
    this.sentTotal = metrics.counter({
      name: 'tidings_events_delivered_total',
      help: 'Events written to connections, counted once per connection.',
    });
  }

  appended(channel: string, events: number): void {
    this.appendedTotal.inc(events);
    const counts = this.countsOf(channel);
    if (counts !== undefined) counts.appended += events;
  }

  /** @param events events times connections */
  sent(channel: string, events: number): void {
    if (events === 0) return;
    this.sentTotal.inc(events);
    const counts = this.countsOf(channel);
    if (counts !== undefined) counts.sent += events;
  }

  webhookAccepted(workspaceId: string): void {
    const count = this.accepted.get(workspaceId);
    if (count !== undefined || this.accepted.size < MAX_NAMES) this.accepted.set(workspaceId, (count ?? 0) + 1);
  }

  /** @returns the counts, which start again from zero */
  take(): TrafficCounts {
    const { channels, accepted: webhooks } = this;
    this.channels = new Map();
    this.accepted = new Map();
    return { channels, webhooks };
  }

  /** Adds counts again that could not be stored. */
  giveBack({ channels, webhooks }: TrafficCounts): void {
    for (const [name, { appended, sent }] of channels) {
      const counts = this.countsOf(name);
      if (counts === undefined) continue;
      counts.appended += appended;
      counts.sent += sent;
    }
    for (const [workspaceId, count] of webhooks) {
      this.accepted.set(workspaceId, (this.accepted.get(workspaceId) ?? 0) + count);
    }
  }

  private countsOf(channel: string): ChannelCounts | undefined {
    const known = this.channels.get(channel);
    if (known !== undefined || this.channels.size >= MAX_NAMES) return known;
    const counts = { appended: 0, sent: 0 };
    this.channels.set(channel, counts);
    return counts;
  }
}
