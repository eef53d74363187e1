import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { activateDue } from './activate-due.job.js';
import { ActivateDue } from './activate-due.js';
import { ReadStatus } from './read-status.js';
import { SetStatus } from './set-status.js';
import './status-notifications.js';
import { StatusController } from './status.controller.js';
import './status.declarations.js';
import { TimerAlarm } from './timer-alarm.js';
import { WatchTimers } from './watch-timers.js';

/** A status that a timer activates. The api sets timers, and workers activate the statuses that are due. */
@Module({})
export class StatusModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isWorker = roles.has('worker');
    const isApi = roles.has('api');
    return {
      module: StatusModule,
      imports: isWorker || isApi ? [QueuesModule.producing(activateDue)] : [],
      controllers: isApi ? [StatusController] : [],
      providers: [
        ...(isWorker || isApi ? [TimerAlarm] : []),
        ...(isWorker ? [ActivateDue, QueuesModule.worker(activateDue, ActivateDue), WatchTimers] : []),
        ...(isApi ? [ReadStatus, SetStatus] : []),
      ],
    };
  }
}
