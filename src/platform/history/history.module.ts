import { Global, Module } from '@nestjs/common';
import { History } from './history.js';

/** Detects that the database went back in time and notifies everything in this process that remembers positions. */
@Global()
@Module({ providers: [History], exports: [History] })
export class HistoryModule {}
