import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { deleteInPieces } from '../../../platform/database/delete-in-pieces.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { Retention } from '../../../platform/retention/retention.js';

const PRUNE_MS = 600_000;

/** Deletes notifications that are older than the retention period. */
@Injectable()
export class NotificationRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(NotificationRetention.name);
  private stopped = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'pruning notifications failed', err: error });
    this.stop = runEvery(PRUNE_MS, () => this.pruneWhenSafe(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.stop();
  }

  private async pruneWhenSafe(): Promise<void> {
    const days = this.config.notificationRetentionDays;
    await this.retention.run({ table: 'notifications', agesBy: 'created_at', days }, () => this.prune());
  }

  async prune(): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM notifications WHERE id IN (
         SELECT id FROM notifications WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)
       RETURNING 1`,
      [this.config.notificationRetentionDays],
      () => this.stopped,
    );
  }
}
