import { Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { DeliveryStoreModule } from '../deliveries/deliveries.module.js';
import { processDeliveries } from '../deliveries/process-deliveries.job.js';
import { DeliveryFailures } from './delivery-failures.js';
import { DeliveryRetention } from './delivery-retention.js';
import { DescribeDelivery } from './describe-delivery.js';
import { ProcessDeliveries } from './process-deliveries.js';
import { RescueDeliveries } from './rescue-deliveries.js';
import { RunReplays } from './run-replays.js';

/** Turns deliveries into records and events. */
@Module({
  imports: [DeliveryStoreModule, ProvidersModule, QueuesModule.producing(processDeliveries)],
  providers: [
    DeliveryFailures,
    DescribeDelivery,
    ProcessDeliveries,
    QueuesModule.worker(processDeliveries, ProcessDeliveries),
    RescueDeliveries,
    RunReplays,
    DeliveryRetention,
  ],
})
export class ProcessingModule {}
