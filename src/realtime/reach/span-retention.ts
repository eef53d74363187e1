import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { agingSpans, SpanStore } from './span.store.js';

const PRUNE_MS = 300_000;

/** Deletes the record of subscriptions that ended more than REACH_RETENTION_DAYS ago. */
@Injectable()
export class SpanRetention implements OnApplicationBootstrap {
  constructor(
    private readonly spans: SpanStore,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    const days = this.config.reachRetentionDays;
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingSpans(days),
      prune: (isStopping) => this.spans.prune(days, isStopping),
    });
  }
}
