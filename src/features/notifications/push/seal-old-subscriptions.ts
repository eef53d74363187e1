import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import type { PushTarget } from './push-service.js';
import { SealedTargets } from './sealed-targets.js';

const BATCH = 500;
const SEAL_EVERY_MS = 60_000;

interface OldRow extends PushTarget {
  readonly id: string;
}

/**
 * Seals subscriptions that an older release stored in plain text, at start and then every minute: during a rolling
 * upgrade the previous release stores more.
 */
@Injectable()
export class SealOldSubscriptions implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SealOldSubscriptions.name);
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly targets: SealedTargets,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.sealAll();
    const onError = (error: unknown) => this.logger.warn({ msg: 'sealing push subscriptions failed', err: error });
    this.stop = runEvery(SEAL_EVERY_MS, () => this.sealAll(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async sealAll(): Promise<void> {
    for (let rows = await this.unsealedRows(); rows.length > 0; rows = await this.unsealedRows()) {
      for (const row of rows) await this.seal(row);
    }
  }

  private unsealedRows(): Promise<OldRow[]> {
    return this.database.query<OldRow>(
      'SELECT id, endpoint, p256dh, auth FROM push_subscriptions WHERE endpoint IS NOT NULL LIMIT $1',
      [BATCH],
    );
  }

  private async seal(row: OldRow): Promise<void> {
    await this.database.query(
      `UPDATE push_subscriptions SET secrets = $2, endpoint = NULL, p256dh = NULL, auth = NULL
       WHERE id = $1 AND endpoint IS NOT NULL`,
      [row.id, this.targets.seal(row, row.id)],
    );
  }
}
