import { Module } from '@nestjs/common';
import { BacklogStore } from './backlog.store.js';
import { StatsController } from './stats.controller.js';
import { WatchBacklog } from './watch-backlog.js';

/** Serves the figures of a workspace over HTTP. */
@Module({ controllers: [StatsController], providers: [BacklogStore] })
export class StatsModule {}

/** Measures the backlog of the installation for the metrics of workers. */
@Module({ providers: [BacklogStore, WatchBacklog] })
export class BacklogModule {}
