import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { DeliveryContent } from '../public/delivery-content.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryEvents } from './delivery-events.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryReplay } from './delivery-replay.entity.js';
import { DeliveryReplayStore } from './delivery-replay.store.js';
import { DeliverySearch } from './delivery-search.js';
import { DeliveryStats } from './delivery-stats.js';
import { DeliveryStore } from './delivery.store.js';
import { Inbox } from './inbox.js';
import { ManageReplays } from './manage-replays.js';
import { processDeliveries } from './process-deliveries.job.js';
import { ReadDeliveries } from './read-deliveries.js';
import { ReadRequests } from './read-requests.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { ReplaysController } from './replays.controller.js';

/** Provides the stored deliveries to ingestion, processing and the HTTP API. */
@Module({
  imports: [TypeOrmModule.forFeature([Delivery, DeliveryAttempt, DeliveryReplay])],
  providers: [DeliveryContent, DeliveryMetrics, DeliveryReplayStore, DeliverySearch, DeliveryStore, Inbox],
  exports: [DeliveryContent, DeliveryMetrics, DeliveryReplayStore, DeliverySearch, DeliveryStore, Inbox],
})
export class DeliveryStoreModule {}

/** Lists, shows and replays deliveries over HTTP. */
@Module({
  imports: [DeliveryStoreModule, QueuesModule.producing(processDeliveries)],
  controllers: [ReplaysController, DeliveriesController],
  providers: [DeliveryEvents, DeliveryStats, ManageReplays, ReadDeliveries, ReadRequests, ReplayDeliveries],
})
export class DeliveriesModule {}
