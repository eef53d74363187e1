import { Global, Module } from '@nestjs/common';
import { History } from './history.js';

/** Notices when the database goes back in time, and tells everything in this process that remembers a position. */
@Global()
@Module({ providers: [History], exports: [History] })
export class HistoryModule {}
