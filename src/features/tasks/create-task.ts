import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { EventLog } from '../../platform/events/event-log.js';
import { checkAssignee } from './check-assignee.js';
import type { CreateTaskRequest, Task } from './task.schemas.js';
import { TaskEvents } from './task-events.js';
import { insertTask } from './task.store.js';
import { TASKS_WRITE } from './tasks.declarations.js';

@Injectable()
export class CreateTask {
  constructor(
    private readonly access: Access,
    private readonly log: EventLog,
  ) {}

  /** @throws `task.unknown-assignee`, or the errors of `Access.require` */
  async run(actor: RequestActor, workspaceId: string, wanted: CreateTaskRequest): Promise<Task> {
    return this.access.transaction(actor.principal, workspaceId, TASKS_WRITE, async (tx) => {
      await checkAssignee(tx, this.access, workspaceId, wanted.assigneeId);
      const task = await insertTask(tx, workspaceId, { ...wanted, createdBy: actor.principal.userId });
      await this.log.append(tx, new TaskEvents(actor, workspaceId).created(task));
      return task;
    });
  }
}
