import { Global, Module } from '@nestjs/common';
import { Retention } from './retention.js';

/** Guards the deletion of expired rows. */
@Global()
@Module({ providers: [Retention], exports: [Retention] })
export class RetentionModule {}
