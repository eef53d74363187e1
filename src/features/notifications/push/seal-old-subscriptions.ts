import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import type { PushTarget } from './push-service.js';
import { SealedTargets } from './sealed-targets.js';

const BATCH = 500;
const LOOK_AGAIN_MS = 60_000;

interface OldRow extends PushTarget {
  readonly id: string;
}

/**
 * Seals what was stored before subscriptions were sealed, and leaves nothing of it in the clear: before any work begins,
 * and every minute, since the release before stores more while it runs beside this one.
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
    const onError = (error: unknown) => this.logger.warn({ msg: 'push subscriptions were not sealed', err: error });
    this.stop = runEvery(LOOK_AGAIN_MS, () => this.sealAll(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async sealAll(): Promise<void> {
    for (let rows = await this.inTheClear(); rows.length > 0; rows = await this.inTheClear()) {
      for (const row of rows) await this.seal(row);
    }
  }

  private inTheClear(): Promise<OldRow[]> {
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
