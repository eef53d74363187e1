import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { DeliveryReplayStore } from '../deliveries/delivery-replay.store.js';
import { agingDeliveries, DeliveryStore } from '../deliveries/delivery.store.js';

const PRUNE_MS = 60_000;

/** Deletes deliveries that are older than DELIVERY_RETENTION_DAYS. */
@Injectable()
export class DeliveryRetention implements OnApplicationBootstrap {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly replays: DeliveryReplayStore,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    const days = this.config.deliveryRetentionDays;
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingDeliveries(days),
      prune: async (isStopping) => {
        await this.deliveries.prune(days, isStopping);
        await this.replays.prune(days);
      },
    });
  }
}
