import { Global, Module } from '@nestjs/common';
import { Retention } from './retention.js';

/** Whether what is old may be forgotten. */
@Global()
@Module({ providers: [Retention], exports: [Retention] })
export class RetentionModule {}
