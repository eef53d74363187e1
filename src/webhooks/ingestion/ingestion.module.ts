import { Module } from '@nestjs/common';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { DeliveryStoreModule } from '../deliveries/deliveries.module.js';
import { processDeliveries } from '../deliveries/process-deliveries.job.js';
import { RefusalsModule } from '../refusals/refusals.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { AcceptQueue } from './accept-queue.js';
import { EnqueueDeliveries } from './enqueue-deliveries.js';
import { InflateBodies } from './inflate-bodies.js';
import { IngestDelivery } from './ingest-delivery.js';
import { NoteRefusals } from './note-refusals.js';
import { RecordUnread } from './record-unread.js';
import { ReportRefusals } from './report-refusals.js';
import { IngestionController } from './ingestion.controller.js';

/** The accept path: verifies a webhook, stores it and acknowledges it. */
@Module({
  imports: [SourcesModule, RefusalsModule, DeliveryStoreModule, QueuesModule.producing(processDeliveries)],
  controllers: [IngestionController],
  providers: [
    IngestDelivery,
    InflateBodies,
    AcceptQueue,
    EnqueueDeliveries,
    NoteRefusals,
    ReportRefusals,
    RecordUnread,
  ],
  exports: [IngestDelivery],
})
export class IngestionModule {}
