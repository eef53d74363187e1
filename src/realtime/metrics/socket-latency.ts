import { databaseNow } from '../../platform/clock/database-clock.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { OriginTimes } from './origin-times.js';

/** An older webhook was replayed: its age says nothing about the speed of the way. */
const MAX_LATENCY_MS = 3_600_000;

/** Upper bounds in milliseconds, ascending; the last bucket takes the rest. */
export const LATENCY_BOUNDS = [
  5,
  10,
  20,
  35,
  50,
  75,
  100,
  150,
  200,
  300,
  500,
  750,
  1_000,
  2_000,
  5_000,
  10_000,
  60_000,
  MAX_LATENCY_MS,
] as const;

const SECONDS = LATENCY_BOUNDS.map((ms) => ms / 1_000);

/**
 * How long events take to the last of their connections on this node. Observes the first event of each batch, once for
 * all connections.
 */
export class SocketLatency {
  private readonly fromEvent;
  private readonly fromWebhook;
  /** By index of LATENCY_BOUNDS, since the last `take`. */
  private counts: number[] = LATENCY_BOUNDS.map(() => 0);

  constructor(metrics: Metrics) {
    this.fromEvent = metrics.histogram({
      name: 'tidings_event_socket_seconds',
      help: 'Time from the append of an event to the write to the last of its connections here, once per batch.',
    });
    this.fromWebhook = metrics.histogram({
      name: 'tidings_webhook_socket_seconds',
      help: 'Time from the arrival of a webhook to the write to the last of its connections here, once per batch.',
      buckets: SECONDS,
    });
  }

  observe({ eventAt, webhookAt }: OriginTimes): void {
    const now = databaseNow();
    const eventMs = Math.max(0, now - eventAt);
    if (eventMs <= MAX_LATENCY_MS) this.fromEvent.observe(eventMs / 1_000);
    if (webhookAt === undefined) return;
    const webhookMs = Math.max(0, now - webhookAt);
    if (webhookMs > MAX_LATENCY_MS) return;
    this.fromWebhook.observe(webhookMs / 1_000);
    const bucket = LATENCY_BOUNDS.findIndex((bound) => webhookMs <= bound);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  /** @returns the counts of webhooks by index of LATENCY_BOUNDS, which start again from zero */
  take(): readonly number[] {
    const { counts } = this;
    this.counts = LATENCY_BOUNDS.map(() => 0);
    return counts;
  }

  /** Adds counts again that could not be stored. */
  giveBack(counts: readonly number[]): void {
    this.counts = this.counts.map((count, i) => count + (counts[i] ?? 0));
  }
}
