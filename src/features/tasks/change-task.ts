import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import { EventLog } from '../../platform/events/event-log.js';
import { checkAssignee } from './check-assignee.js';
import { checkPrecondition } from './precondition.js';
import { lockBoard, placeTask } from './place-task.js';
import type { ChangeTaskRequest, Task } from './task.schemas.js';
import { TaskEvents } from './task-events.js';
import { lockTask, updateTask } from './task.store.js';
import { TASKS_WRITE } from './tasks.declarations.js';

/** A task and the state that the caller expects. */
export interface TaskReference {
  readonly workspaceId: string;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

@Injectable()
export class ChangeTask {
  /** Runs one move at a time in this process, so that moves that wait for a board do not take all connections. */
  private readonly moves = new SerialQueue();

  constructor(
    private readonly access: Access,
    private readonly log: EventLog,
  ) {}

  /**
   * A request that changes nothing publishes no event and keeps the ETag. Concurrent moves wait for each other, so they
   * end in one order.
   * @throws `task.not-found`, `task.changed`, `task.unknown-assignee`, `task.unknown-place`, or the errors of
   * `Access.require`
   */
  run(actor: RequestActor, task: TaskReference, wanted: ChangeTaskRequest): Promise<Task> {
    const isMove = wanted.status !== undefined || wanted.before !== undefined;
    const change = () => this.change(actor, task, wanted, isMove);
    return isMove ? this.moves.run(change) : change();
  }

  private change(
    actor: RequestActor,
    { workspaceId, id, ifMatch }: TaskReference,
    wanted: ChangeTaskRequest,
    isMove: boolean,
  ): Promise<Task> {
    return this.access.transaction(actor.principal, workspaceId, TASKS_WRITE, async (tx) => {
      if (isMove) await lockBoard(tx, workspaceId);
      const before = await lockTask(tx, workspaceId, id);
      checkPrecondition(before, ifMatch);
      const { title, description, status, assigneeId } = { ...before, ...wanted };
      const { rank, shifted } = await placeTask(tx, workspaceId, before, wanted);
      if (isSame(before, { title, description, status, assigneeId, rank })) return before;
      if (assigneeId !== before.assigneeId) await checkAssignee(tx, this.access, workspaceId, assigneeId);
      const after = await updateTask(tx, { id, title, description, status, assigneeId, rank });
      await this.log.append(tx, new TaskEvents(actor, workspaceId).changed(before, after, shifted));
      return after;
    });
  }
}

const COMPARED = ['title', 'description', 'status', 'assigneeId', 'rank'] as const satisfies readonly (keyof Task)[];

const isSame = (before: Task, after: Pick<Task, (typeof COMPARED)[number]>): boolean =>
  COMPARED.every((field) => before[field] === after[field]);
