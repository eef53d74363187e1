import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryStore } from './delivery.store.js';
import { Inbox } from './inbox.js';
import { processDeliveries } from './process-deliveries.job.js';
import { ReplayDeliveries } from './replay-deliveries.js';

/** Provides the stored deliveries to ingestion, processing and the HTTP API. */
@Module({
  imports: [TypeOrmModule.forFeature([Delivery])],
  providers: [DeliveryStore, Inbox],
  exports: [DeliveryStore, Inbox],
})
export class DeliveryStoreModule {}

/** Lists, shows and replays deliveries over HTTP. */
@Module({
  imports: [DeliveryStoreModule, QueuesModule.producing(processDeliveries)],
  controllers: [DeliveriesController],
  providers: [ReplayDeliveries],
})
export class DeliveriesModule {}
