import { Module } from '@nestjs/common';
import { DeliveryStoreModule } from '../deliveries/deliveries.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { ReconcileController } from './reconcile.controller.js';
import { ReconcileSource } from './reconcile-source.js';

/** Finds deliveries that GitHub has sent and that never arrived. */
@Module({
  imports: [DeliveryStoreModule, SourcesModule],
  controllers: [ReconcileController],
  providers: [ReconcileSource],
})
export class ReconcileModule {}
