import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { agingKeys, pruneKeys } from './publish-key.store.js';

const PRUNE_MS = 60_000;

/** Deletes the keys of publishers that are older than 24 hours. */
@Injectable()
export class PublishKeyRetention implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingKeys,
      prune: (isStopping) => pruneKeys(this.database, isStopping),
    });
  }
}
