import { Global, Module } from '@nestjs/common';
import { EventLog } from './event-log.js';
import { LogReader } from './log-reader.js';
import { TrimLog } from './trim-log.js';

@Global()
@Module({ providers: [EventLog, LogReader, TrimLog], exports: [EventLog, LogReader, TrimLog] })
export class EventsModule {}
