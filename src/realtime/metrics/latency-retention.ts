import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { agingLatencies, LatencyStore } from './latency.store.js';

const PRUNE_MS = 300_000;

/** Deletes latencies of minutes after two days, and of hours after 31 days. */
@Injectable()
export class LatencyRetention implements OnApplicationBootstrap {
  constructor(
    private readonly store: LatencyStore,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingLatencies,
      prune: (isStopping) => this.store.prune(isStopping),
    });
  }
}
