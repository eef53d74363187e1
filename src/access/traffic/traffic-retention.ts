import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { agingTraffic, TrafficStore } from './traffic.store.js';

const PRUNE_MS = 300_000;

/** Deletes figures of minutes after two days, and of hours after 31 days. */
@Injectable()
export class TrafficRetention implements OnApplicationBootstrap {
  constructor(
    private readonly store: TrafficStore,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingTraffic,
      prune: (isStopping) => this.store.prune(isStopping),
    });
  }
}
