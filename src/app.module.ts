import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AuditModule } from './platform/audit/audit.module.js';
import { BusModule } from './platform/bus/bus.module.js';
import type { Config } from './platform/config/config.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { Role } from './platform/config/environment.js';
import { DatabaseModule } from './platform/database/database.module.js';
import type { Sessions } from './platform/database/sessions.js';
import { EventsModule } from './platform/events/events.module.js';
import { HistoryModule } from './platform/history/history.module.js';
import { FenceModule } from './platform/fence/fence.module.js';
import { RateLimitModule } from './platform/http/rate-limit/rate-limit.module.js';
import { ObservabilityModule } from './platform/observability/observability.module.js';
import { QueuesModule } from './platform/queues/queues.module.js';
import { RetentionModule } from './platform/retention/retention.module.js';
import { AccessApiModule } from './access/access-api.module.js';
import { AccessModule } from './access/access.module.js';
import { IdentityApiModule } from './identity/identity-api.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { DocumentsModule } from './features/documents/documents.module.js';
import { NotificationsModule } from './features/notifications/notifications.module.js';
import { StatusModule } from './features/status/status.module.js';
import { TasksModule } from './features/tasks/tasks.module.js';
import { OnlineUsersModule } from './realtime/online-users.module.js';
import { RealtimeApiModule } from './realtime/realtime-api.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { EndpointsModule } from './webhooks/endpoints/endpoints.module.js';
import { SendingModule } from './webhooks/endpoints/sending.module.js';
import { IngestionModule } from './webhooks/ingestion/ingestion.module.js';
import { ProcessingModule } from './webhooks/processing/processing.module.js';

type Rooms = NonNullable<ModuleMetadata['imports']>;

/** Which rooms are open in which role. Every role has the platform, and knows who may do what. */
const ROOMS: Readonly<Record<Role, Rooms>> = {
  api: [IdentityApiModule, AccessApiModule, IngestionModule, EndpointsModule, RealtimeApiModule],
  worker: [ProcessingModule, SendingModule],
  gateway: [RealtimeModule],
};

@Module({})
export class AppModule {
  /** @param sessions what a connection to `databaseUrl` has */
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
        HistoryModule,
        EventsModule,
        AuditModule,
        FenceModule,
        RateLimitModule,
        RetentionModule,
        IdentityModule,
        AccessModule,
        OnlineUsersModule,
        TasksModule.forRoles(config.roles),
        StatusModule.forRoles(config.roles),
        DocumentsModule.forRoles(config.roles),
        NotificationsModule.forRoles(config.roles),
        ...new Set([...config.roles].flatMap((role) => ROOMS[role])),
      ],
    };
  }
}
