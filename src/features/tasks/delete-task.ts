import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { EventLog } from '../../platform/events/event-log.js';
import type { TaskReference } from './change-task.js';
import { checkPrecondition } from './precondition.js';
import { TaskEvents } from './task-events.js';
import { deleteTask, lockTask } from './task.store.js';
import { TASKS_WRITE } from './tasks.declarations.js';

@Injectable()
export class DeleteTask {
  constructor(
    private readonly access: Access,
    private readonly log: EventLog,
  ) {}

  /** @throws `task.not-found`, `task.changed`, or the errors of `Access.require` */
  async run(actor: RequestActor, { workspaceId, id, ifMatch }: TaskReference): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, TASKS_WRITE, async (tx) => {
      const task = await lockTask(tx, workspaceId, id);
      checkPrecondition(task, ifMatch);
      await deleteTask(tx, id);
      await this.log.append(tx, new TaskEvents(actor, workspaceId).deleted(task));
    });
  }
}
