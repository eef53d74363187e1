import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { timeOfId } from '../../platform/ids.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Traffic } from '../../platform/traffic/traffic.js';
import type { InboxItem, Stored } from './inbox-item.js';

/** An older delivery is a replay: its age says nothing about the speed of the worker. */
const MAX_LATENCY_MS = 3_600_000;

/** The figures of the inbox. They are observed once per batch. */
@Injectable()
export class DeliveryMetrics {
  private readonly accepted;
  private readonly commit;
  private readonly processed;
  private readonly event;

  constructor(
    metrics: Metrics,
    private readonly traffic: Traffic,
  ) {
    this.accepted = metrics.counter({
      name: 'tidings_webhooks_accepted_total',
      help: 'Verified webhooks that were committed: `new`, or a `duplicate` of a stored one.',
      labels: ['outcome'],
      startsWith: [{ outcome: 'new' }, { outcome: 'duplicate' }],
    });
    this.commit = metrics.histogram({
      name: 'tidings_webhook_commit_seconds',
      help: 'Time from the verification of a webhook to its commit, of the oldest webhook of each batch.',
    });
    this.processed = metrics.counter({
      name: 'tidings_webhooks_processed_total',
      help: 'Ended attempts to process a webhook: `processed`, `retried` later, or `failed` until a replay.',
      labels: ['outcome'],
      startsWith: [{ outcome: 'processed' }, { outcome: 'retried' }, { outcome: 'failed' }],
    });
    this.event = metrics.histogram({
      name: 'tidings_webhook_event_seconds',
      help: 'Time from the arrival of a webhook to the commit of its event, of the oldest webhook of each batch.',
    });
  }

  /** @param since when the oldest item was added, by the monotonic clock in milliseconds */
  committed(items: readonly InboxItem[], outcomes: readonly Stored[], since: number): void {
    this.commit.observe((performance.now() - since) / 1_000);
    let fresh = 0;
    let duplicates = 0;
    for (const [i, stored] of outcomes.entries()) {
      if (stored.outcome === 'outdated') continue;
      const { workspaceId } = items[i] ?? {};
      if (stored.duplicate) duplicates += 1;
      else fresh += 1;
      if (!stored.duplicate && workspaceId !== undefined) this.traffic.webhookAccepted(workspaceId);
    }
    if (fresh > 0) this.accepted.inc({ outcome: 'new' }, fresh);
    if (duplicates > 0) this.accepted.inc({ outcome: 'duplicate' }, duplicates);
  }

  /** @param idsWithEvents the deliveries that got an event with this commit */
  ended(count: number, idsWithEvents: readonly string[]): void {
    this.processed.inc({ outcome: 'processed' }, count);
    if (idsWithEvents.length === 0) return;
    const oldest = Math.min(...idsWithEvents.map(timeOfId));
    const tookMs = databaseNow() - oldest;
    if (tookMs <= MAX_LATENCY_MS) this.event.observe(Math.max(0, tookMs) / 1_000);
  }

  failed(outcome: 'retried' | 'failed'): void {
    this.processed.inc({ outcome });
  }
}
