import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { deleteInPieces } from '../../../platform/database/delete-in-pieces.js';
import { RetentionSchedule } from '../../../platform/retention/retention-schedule.js';

const PRUNE_MS = 600_000;

/** Deletes notifications that are older than NOTIFICATION_RETENTION_DAYS. */
@Injectable()
export class NotificationRetention implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: { table: 'notifications', agesBy: 'created_at', days: this.config.notificationRetentionDays },
      prune: (isStopping) => this.prune(isStopping),
    });
  }

  async prune(isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM notifications WHERE id IN (
         SELECT id FROM notifications WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)
       RETURNING 1`,
      [this.config.notificationRetentionDays],
      isStopping,
    );
  }
}
