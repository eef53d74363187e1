import { Global, Module } from '@nestjs/common';
import { Cursors } from './consumers/cursors.js';
import { LogConsumers } from './consumers/log-consumers.js';
import { EventLog } from './event-log.js';
import { LogReader } from './log-reader.js';
import { TrimLog } from './trim-log.js';

@Global()
@Module({
  providers: [EventLog, LogReader, TrimLog, Cursors, LogConsumers],
  exports: [EventLog, LogReader, TrimLog, LogConsumers],
})
export class EventsModule {}
