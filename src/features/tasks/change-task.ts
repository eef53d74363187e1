import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { EventLog } from '../../platform/events/event-log.js';
import { checkPrecondition } from './precondition.js';
import { checkAssignee, lockTask, oneTask, TASK_COLUMNS } from './task-rows.js';
import type { ChangeTaskRequest, Task } from './task.schemas.js';
import { TaskEvents } from './task-events.js';
import { TASKS_WRITE } from './tasks.declarations.js';

/** A task and the state that the caller expects. */
export interface TaskReference {
  readonly workspaceId: string;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

@Injectable()
export class ChangeTask {
  constructor(
    private readonly access: Access,
    private readonly log: EventLog,
  ) {}

  /**
   * A request that changes nothing publishes no event and keeps the ETag.
   * @throws `task.not-found`, `task.changed`, `task.unknown-assignee`, or the errors of `Access.require`
   */
  async run(actor: RequestActor, task: TaskReference, wanted: ChangeTaskRequest): Promise<Task> {
    const { workspaceId, id, ifMatch } = task;
    return this.access.transaction(actor.principal, workspaceId, TASKS_WRITE, async (tx) => {
      const before = await lockTask(tx, workspaceId, id);
      checkPrecondition(before, ifMatch);
      const { title, description, status, assigneeId } = { ...before, ...wanted };
      if (isSame(before, { title, description, status, assigneeId })) return before;
      if (assigneeId !== before.assigneeId) await checkAssignee(tx, this.access, workspaceId, assigneeId);
      // Strictly increasing even when the clock is not, because `updated_at` is the ETag.
      const after = await oneTask(
        tx,
        `UPDATE tasks SET title = $2, description = $3, status = $4, assignee_id = $5,
           updated_at = greatest(now(), updated_at + interval '1 millisecond')
         WHERE id = $1 RETURNING ${TASK_COLUMNS}`,
        [id, title, description, status, assigneeId],
      );
      await this.log.append(tx, new TaskEvents(actor, workspaceId).changed(before, after));
      return after;
    });
  }
}

function isSame(before: Task, { title, description, status, assigneeId }: Required<ChangeTaskRequest>): boolean {
  return (
    before.title === title &&
    before.description === description &&
    before.status === status &&
    before.assigneeId === assigneeId
  );
}
