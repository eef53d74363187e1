import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../platform/config/environment.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { IngestionModule } from './ingestion/ingestion.module.js';
import { ProcessingModule } from './processing/processing.module.js';
import { ReconcileModule } from './reconcile/reconcile.module.js';
import { RefusalRetentionModule } from './refusals/refusals.module.js';
import { RefusedModule } from './refused/refused.module.js';
import { SilenceModule } from './silence/silence.module.js';
import { SourcesModule } from './sources/sources.module.js';
import { BacklogModule, StatsModule } from './stats/stats.module.js';
import { ToolsModule } from './tools/tools.module.js';
import './workspace-data.js';

/** Inbound webhooks: sources, the accept path, processing into records and events, and stored deliveries. */
@Module({})
export class WebhooksModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [
        ...(roles.has('api')
          ? [SourcesModule, IngestionModule, DeliveriesModule, RefusedModule, ReconcileModule, StatsModule, ToolsModule]
          : []),
        ...(roles.has('worker') ? [ProcessingModule, RefusalRetentionModule, SilenceModule, BacklogModule] : []),
      ],
    };
  }
}
