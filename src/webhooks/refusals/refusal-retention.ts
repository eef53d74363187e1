import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { agingRefusals, RefusedRequestStore } from './refused-request.store.js';

const PRUNE_MS = 300_000;

/** Deletes refused requests after seven days. */
@Injectable()
export class RefusalRetention implements OnApplicationBootstrap {
  constructor(
    private readonly refusals: RefusedRequestStore,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingRefusals,
      prune: (isStopping) => this.refusals.prune(isStopping),
    });
  }
}
