import { Global, Module } from '@nestjs/common';
import { RetentionSchedule } from './retention-schedule.js';
import { Retention } from './retention.js';

/** Whether what is old may be forgotten. */
@Global()
@Module({ providers: [Retention, RetentionSchedule], exports: [RetentionSchedule] })
export class RetentionModule {}
