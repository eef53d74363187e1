import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { agingEvents, LogRetention } from '../../platform/events/log-retention.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Retention } from '../../platform/retention/retention.js';
import { agingDeliveries, forgetDeliveries } from './delivery-records.js';

const TRIM_MS = 60_000;

/** Forgets deliveries and events that are older than the operator keeps them. */
@Injectable()
export class DeliveryRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DeliveryRetention.name);
  private stopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly trimLog: LogRetention,
    private readonly config: Config,
    private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn(error instanceof Error ? error.message : 'retention failed');
    this.stop = runEvery(TRIM_MS, () => this.forgetOld(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.stop();
  }

  async forgetOld(): Promise<void> {
    const { eventRetentionDays, eventRetentionCount: count, deliveryRetentionDays } = this.config;
    const isByAge = await this.retention.run(agingEvents(eventRetentionDays), () =>
      this.trimLog.run({ days: eventRetentionDays, count }),
    );
    if (!isByAge) await this.trimLog.run({ days: 'all', count });
    await this.retention.run(agingDeliveries(deliveryRetentionDays), () =>
      forgetDeliveries(this.database, deliveryRetentionDays, () => this.stopping),
    );
  }
}
