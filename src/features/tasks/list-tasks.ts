import { Injectable } from '@nestjs/common';
import { LogReader } from '../../platform/events/log-reader.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { pageOf } from '../../platform/http/api/page.js';
import { TASK_COLUMNS, taskOf, type StoredTask } from './task-rows.js';
import { taskNotFound } from './task.errors.js';
import type { Task, TasksQuery, TasksResponse } from './task.schemas.js';
import { tasksChannel } from './tasks.declarations.js';

@Injectable()
export class ListTasks {
  constructor(
    private readonly database: Database,
    private readonly log: LogReader,
  ) {}

  /** Newest first, with the channel position that the page reflects. */
  async run(workspaceId: string, query: TasksQuery): Promise<TasksResponse> {
    const { found, position } = await this.log.readAt(tasksChannel(workspaceId), (tx) => page(tx, workspaceId, query));
    return { ...pageOf(found, query.limit, ({ id }) => id, taskOf), position };
  }

  /** @throws `task.not-found` */
  async one(workspaceId: string, id: string): Promise<Task> {
    const [row] = await this.database.query<StoredTask>(
      `SELECT ${TASK_COLUMNS} FROM tasks WHERE workspace_id = $1 AND id = $2`,
      [workspaceId, id],
    );
    if (row === undefined) throw taskNotFound();
    return taskOf(row);
  }
}

function page(tx: Transaction, workspaceId: string, query: TasksQuery): Promise<StoredTask[]> {
  const { limit, cursor, status, assignee, q } = query;
  return tx.query(
    `SELECT ${TASK_COLUMNS} FROM tasks
     WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR status = $3)
       AND ($4::uuid IS NULL OR assignee_id = $4) AND ($5::text IS NULL OR title ILIKE $5 OR description ILIKE $5)
     ORDER BY id DESC LIMIT $6`,
    [workspaceId, cursor ?? null, status ?? null, assignee ?? null, q === undefined ? null : containing(q), limit + 1],
  );
}

/** Escapes the characters with a special meaning in LIKE patterns. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
