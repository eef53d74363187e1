import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { pruneRollups } from '../../platform/traffic/prune-rollups.js';

/** Keeps the figures of workspaces within their time. */
@Injectable()
export class TrafficRetention implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add(pruneRollups(this.database, 'workspace_traffic', 'workspace_id, seconds, at'));
  }
}
