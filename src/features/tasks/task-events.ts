import type { RequestActor } from '../../identity/public/caller.js';
import type { EventDefinition } from '../../platform/events/define-event.js';
import { draftEvent, type EventDraft } from '../../platform/events/event-log.js';
import type { Task } from './task.schemas.js';
import { taskAssigned, taskCreated, taskDeleted, tasksChannel, taskUpdated } from './tasks.declarations.js';

/** Drafts the events of the caller's changes to the tasks of a workspace. */
export class TaskEvents {
  private readonly channel: string;

  constructor(
    private readonly actor: RequestActor,
    workspaceId: string,
  ) {
    this.channel = tasksChannel(workspaceId);
  }

  created(task: Task): EventDraft[] {
    return [this.draft(taskCreated, task), ...this.assigned(task)];
  }

  /** The tasks that made room for a moved one come before it. */
  changed(before: Task, after: Task, shifted: readonly Task[] = []): EventDraft[] {
    const isReassigned = before.assigneeId !== after.assigneeId;
    return [
      // The author's connection gets these events too: the answer has only the moved task.
      ...shifted.map((task) => draftEvent(taskUpdated, this.channel, task, this.actor.actorId)),
      this.draft(taskUpdated, after),
      ...(isReassigned ? this.assigned(after) : []),
    ];
  }

  deleted({ id }: Task): EventDraft[] {
    return [this.draft(taskDeleted, { id })];
  }

  private assigned(task: Task): EventDraft[] {
    return task.assigneeId === null ? [] : [this.draft(taskAssigned, task)];
  }

  private draft<Payload>(event: EventDefinition<Payload>, payload: Payload): EventDraft {
    return draftEvent(event, this.channel, payload, this.actor.actorId, this.actor.socketSession);
  }
}
