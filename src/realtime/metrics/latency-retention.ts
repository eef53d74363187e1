import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { pruneRollups } from '../../platform/traffic/prune-rollups.js';

/** Keeps the latencies within their time. */
@Injectable()
export class LatencyRetention implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add(pruneRollups(this.database, 'webhook_latencies', 'seconds, at, bound_ms'));
  }
}
