import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { RetentionSchedule } from '../retention/retention-schedule.js';
import { agingEvents, LogRetention } from './log-retention.js';

const TRIM_MS = 60_000;

/** Trims the log every minute: by age where retention allows it, by count in any case. */
@Injectable()
export class ScheduleLogRetention implements OnApplicationBootstrap {
  constructor(
    private readonly log: LogRetention,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    const { eventRetentionDays: days, eventRetentionCount: count } = this.config;
    this.schedule.add({
      everyMs: TRIM_MS,
      rows: agingEvents(days),
      prune: () => this.log.run({ days, count }),
      onRefusal: () => this.log.run({ days: 'all', count }),
    });
  }
}
