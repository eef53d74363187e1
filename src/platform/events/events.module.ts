import { Global, Module } from '@nestjs/common';
import { Cursors } from './consumers/cursors.js';
import { LogConsumers } from './consumers/log-consumers.js';
import { EventLog } from './event-log.js';
import { LogReader } from './log-reader.js';
import { LogRetention } from './log-retention.js';

@Global()
@Module({
  providers: [EventLog, LogReader, LogRetention, Cursors, LogConsumers],
  exports: [EventLog, LogReader, LogRetention, LogConsumers],
})
export class EventsModule {}
