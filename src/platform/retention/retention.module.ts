import { Global, Module } from '@nestjs/common';
import { RetentionSchedule } from './retention-schedule.js';
import { Retention } from './retention.js';

/** Guards the deletion of expired rows. */
@Global()
@Module({ providers: [Retention, RetentionSchedule], exports: [RetentionSchedule] })
export class RetentionModule {}
