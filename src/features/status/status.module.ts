import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { activateDue } from './activate-due.job.js';
import { ActivateDue } from './activate-due.js';
import { ReadStatus } from './read-status.js';
import { SetStatus } from './set-status.js';
import './status-notices.js';
import { StatusController } from './status.controller.js';
import './status.declarations.js';
import { TimerAlarm } from './timer-alarm.js';
import { WatchTimers } from './watch-timers.js';

/** A status that becomes active by itself. The api sets timers, workers see to those that are due. */
@Module({})
export class StatusModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const works = roles.has('worker');
    const serves = roles.has('api');
    return {
      module: StatusModule,
      imports: works || serves ? [QueuesModule.producing(activateDue)] : [],
      controllers: serves ? [StatusController] : [],
      providers: [
        ...(works || serves ? [TimerAlarm] : []),
        ...(works ? [ActivateDue, QueuesModule.worker(activateDue, ActivateDue), WatchTimers] : []),
        ...(serves ? [ReadStatus, SetStatus] : []),
      ],
    };
  }
}
