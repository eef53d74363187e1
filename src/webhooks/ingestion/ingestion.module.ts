import { Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { processDeliveries } from '../processing/process-deliveries.job.js';
import { SourcesModule } from '../sources/sources.module.js';
import { AcceptQueue } from './accept-queue.js';
import { AnnounceDeliveries } from './announce-deliveries.js';
import { Inbox } from './inbox.js';
import { IngestDelivery } from './ingest-delivery.js';
import { ReportRefusals } from './report-refusals.js';
import { IngestionController } from './ingestion.controller.js';

/** Webhooks in: the accept path, the sources that it checks against, and a look at what came. */
@Module({
  imports: [SourcesModule, DeliveriesModule, QueuesModule.producing(processDeliveries)],
  controllers: [IngestionController],
  providers: [IngestDelivery, AcceptQueue, AnnounceDeliveries, Inbox, ReportRefusals],
})
export class IngestionModule {}
