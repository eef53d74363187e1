import { Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { Providers } from '../providers/providers.js';
import { ProcessDeliveries } from './process-deliveries.js';
import { processDeliveries } from './process-deliveries.job.js';
import { SweepInbox } from './sweep-inbox.js';

/** Deliveries into records and events. */
@Module({
  imports: [QueuesModule.producing(processDeliveries)],
  providers: [
    { provide: Providers, useFactory: () => Providers.load() },
    ProcessDeliveries,
    QueuesModule.worker(processDeliveries, ProcessDeliveries),
    SweepInbox,
  ],
})
export class ProcessingModule {}
