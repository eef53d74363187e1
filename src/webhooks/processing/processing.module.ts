import { Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ProcessDeliveries } from './process-deliveries.js';
import { processDeliveries } from './process-deliveries.job.js';
import { DeliveryRetention } from './delivery-retention.js';
import { RescueDeliveries } from './rescue-deliveries.js';

/** Deliveries into records and events. */
@Module({
  imports: [ProvidersModule, QueuesModule.producing(processDeliveries)],
  providers: [
    ProcessDeliveries,
    QueuesModule.worker(processDeliveries, ProcessDeliveries),
    RescueDeliveries,
    DeliveryRetention,
  ],
})
export class ProcessingModule {}
