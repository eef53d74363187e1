import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { processDeliveries } from '../processing/process-deliveries.job.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Delivery } from './delivery.entity.js';
import { ReplayDeliveries } from './replay-deliveries.js';

/** What came in, and what became of it. */
@Module({
  imports: [TypeOrmModule.forFeature([Delivery]), QueuesModule.producing(processDeliveries)],
  controllers: [DeliveriesController],
  providers: [ReplayDeliveries],
})
export class DeliveriesModule {}
