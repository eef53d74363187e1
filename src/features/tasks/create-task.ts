import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { EventLog } from '../../platform/events/event-log.js';
import { newId } from '../../platform/ids.js';
import { checkAssignee, oneTask, TASK_COLUMNS } from './task-rows.js';
import type { CreateTaskRequest, Task } from './task.schemas.js';
import { TaskEvents } from './task-events.js';
import { TASKS_WRITE } from './tasks.declarations.js';

@Injectable()
export class CreateTask {
  constructor(
    private readonly access: Access,
    private readonly log: EventLog,
  ) {}

  /** @throws `task.unknown-assignee`, or the errors of `Access.require` */
  async run(actor: RequestActor, workspaceId: string, wanted: CreateTaskRequest): Promise<Task> {
    const { title, description, status, assigneeId } = wanted;
    return this.access.transaction(actor.principal, workspaceId, TASKS_WRITE, async (tx) => {
      await checkAssignee(tx, this.access, workspaceId, assigneeId);
      const task = await oneTask(
        tx,
        `INSERT INTO tasks
           (id, workspace_id, title, description, status, assignee_id, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now()) RETURNING ${TASK_COLUMNS}`,
        [newId(), workspaceId, title, description, status, assigneeId, actor.principal.userId],
      );
      await this.log.append(tx, new TaskEvents(actor, workspaceId).created(task));
      return task;
    });
  }
}
