import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SourceWatch } from './source-watch.entity.js';
import { WatchSilence } from './watch-silence.js';

/** Notices sources that are not heard as often as they say, in a worker. */
@Module({
  imports: [TypeOrmModule.forFeature([SourceWatch])],
  providers: [WatchSilence],
})
export class SilenceModule {}
