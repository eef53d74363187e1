import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from './platform/audit/audit.module.js';
import { BusModule } from './platform/bus/bus.module.js';
import type { Config } from './platform/config/config.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import type { Sessions } from './platform/database/sessions.js';
import { EventsModule } from './platform/events/events.module.js';
import { HistoryModule } from './platform/history/history.module.js';
import { FenceModule } from './platform/fence/fence.module.js';
import { NodesModule } from './platform/nodes/nodes.module.js';
import { RateLimitModule } from './platform/http/rate-limit/rate-limit.module.js';
import { ObservabilityModule } from './platform/health/observability.module.js';
import { QueuesModule } from './platform/queues/queues.module.js';
import { RetentionModule } from './platform/retention/retention.module.js';
import { TracingModule } from './platform/tracing/tracing.module.js';
import { AccessModule } from './access/access.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { AgentsModule } from './features/agents/agents.module.js';
import { DocumentsModule } from './features/documents/documents.module.js';
import { NotificationsModule } from './features/notifications/notifications.module.js';
import { OutboundWebhooksModule } from './features/outbound-webhooks/outbound-webhooks.module.js';
import { StatusModule } from './features/status/status.module.js';
import { TasksModule } from './features/tasks/tasks.module.js';
import { TopicsModule } from './features/topics/topics.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

@Module({})
export class AppModule {
  /** @param sessions the kind of sessions that connections to `databaseUrl` provide */
  static register(config: Config, databaseUrl: string, sessions: Sessions = 'own'): DynamicModule {
    const directUrl = config.databaseDirectUrl ?? databaseUrl;
    const backend = { databaseUrl: directUrl, redisUrl: config.redisUrl, redisPrefix: config.redisPrefix };
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot(databaseUrl, config.databasePool, sessions),
        ClockModule,
        BusModule.forRoot(backend),
        QueuesModule.forRoot(backend),
        ObservabilityModule,
        TracingModule,
        HistoryModule,
        EventsModule.forRoles(config.roles),
        AuditModule,
        FenceModule,
        NodesModule,
        RateLimitModule,
        RetentionModule,
        IdentityModule.forRoles(config.roles),
        AccessModule.forRoles(config.roles),
        WebhooksModule.forRoles(config.roles),
        RealtimeModule.forRoles(config.roles),
        TasksModule.forRoles(config.roles),
        StatusModule.forRoles(config.roles),
        DocumentsModule.forRoles(config.roles),
        NotificationsModule.forRoles(config.roles),
        OutboundWebhooksModule.forRoles(config.roles),
        TopicsModule.forRoles(config.roles),
        AgentsModule.forRoles(config.roles),
      ],
    };
  }
}
