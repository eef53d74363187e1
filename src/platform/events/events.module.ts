import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../config/environment.js';
import { ChannelDeletion } from './channel-deletion.js';
import { ChannelErasure } from './channel-erasure.js';
import { Cursors } from './consumers/cursors.js';
import { LogConsumers } from './consumers/log-consumers.js';
import { EventLog } from './event-log.js';
import { LogReader } from './log-reader.js';
import { LogRetention } from './log-retention.js';
import { LogSearch } from './log-search.js';
import { ScheduleLogRetention } from './schedule-log-retention.js';

/** The log of domain events. Every process appends and reads; workers trim it. */
@Module({})
export class EventsModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    return {
      module: EventsModule,
      global: true,
      providers: [
        ChannelDeletion,
        ChannelErasure,
        EventLog,
        LogReader,
        LogRetention,
        LogSearch,
        Cursors,
        LogConsumers,
        ...(roles.has('worker') ? [ScheduleLogRetention] : []),
      ],
      exports: [ChannelDeletion, ChannelErasure, EventLog, LogReader, LogRetention, LogSearch, LogConsumers],
    };
  }
}
