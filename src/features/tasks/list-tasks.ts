import { Injectable } from '@nestjs/common';
import { LogReader } from '../../platform/events/log-reader.js';
import { Database } from '../../platform/database/database.js';
import { pageOf } from '../../platform/http/api/page.js';
import type { Task, TasksQuery, TasksResponse } from './task.schemas.js';
import { findTask, findTasks, taskOf } from './task.store.js';
import { tasksChannel } from './tasks.declarations.js';

@Injectable()
export class ListTasks {
  constructor(
    private readonly database: Database,
    private readonly log: LogReader,
  ) {}

  /** Newest first, with the channel position that the page reflects. */
  async run(workspaceId: string, query: TasksQuery): Promise<TasksResponse> {
    const { found, position } = await this.log.readAt(tasksChannel(workspaceId), (tx) =>
      findTasks(tx, workspaceId, query),
    );
    return { ...pageOf(found, query.limit, ({ id }) => id, taskOf), position };
  }

  /** @throws `task.not-found` */
  async one(workspaceId: string, id: string): Promise<Task> {
    return findTask(this.database, workspaceId, id);
  }
}
