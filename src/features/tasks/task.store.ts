import type { Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { taskNotFound } from './task.errors.js';
import type { CreateTaskRequest, Task, TasksQuery } from './task.schemas.js';

type Reader = Pick<Transaction, 'query'>;

/** A row as returned by the database driver. */
export type StoredTask = Omit<Task, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

/** The columns of a task, named as in `Task`. */
export const COLUMNS = `id, title, description, status, assignee_id AS "assigneeId", rank, created_by AS "createdBy",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** A later `updated_at`, even when the clock was set back, because `updated_at` is the ETag. */
export const LATER = `greatest(now(), updated_at + interval '1 millisecond')`;

export function taskOf(row: StoredTask): Task {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

/** Inserts a task as the first of its column. */
export function insertTask(
  tx: Transaction,
  workspaceId: string,
  { title, description, status, assigneeId, createdBy }: CreateTaskRequest & Pick<Task, 'createdBy'>,
): Promise<Task> {
  return oneTask(
    tx,
    `INSERT INTO tasks
       (id, workspace_id, title, description, status, assignee_id, created_by, created_at, updated_at, rank)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now(),
       (SELECT coalesce(max(rank), 0) + 1 FROM tasks WHERE workspace_id = $2 AND status = $5))
     RETURNING ${COLUMNS}`,
    [newId(), workspaceId, title, description, status, assigneeId, createdBy],
  );
}

/** Locks a task until the transaction ends. @throws `task.not-found` */
export function lockTask(tx: Transaction, workspaceId: string, id: string): Promise<Task> {
  return oneTask(tx, `SELECT ${COLUMNS} FROM tasks WHERE workspace_id = $1 AND id = $2 FOR UPDATE`, [workspaceId, id]);
}

export function updateTask(
  tx: Transaction,
  { id, title, description, status, assigneeId, rank }: Omit<Task, 'createdBy' | 'createdAt' | 'updatedAt'>,
): Promise<Task> {
  return oneTask(
    tx,
    `UPDATE tasks SET title = $2, description = $3, status = $4, assignee_id = $5, rank = $6,
       updated_at = ${LATER}
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, title, description, status, assigneeId, rank],
  );
}

export async function deleteTask(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM tasks WHERE id = $1', [id]);
}

/** @throws `task.not-found` */
export function findTask(reader: Reader, workspaceId: string, id: string): Promise<Task> {
  return oneTask(reader, `SELECT ${COLUMNS} FROM tasks WHERE workspace_id = $1 AND id = $2`, [workspaceId, id]);
}

/** Up to one more task than the limit, newest first. */
export function findTasks(reader: Reader, workspaceId: string, query: TasksQuery): Promise<StoredTask[]> {
  const { limit, cursor, status, assignee, q } = query;
  return reader.query(
    `SELECT ${COLUMNS} FROM tasks
     WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR status = $3)
       AND ($4::uuid IS NULL OR assignee_id = $4) AND ($5::text IS NULL OR title ILIKE $5 OR description ILIKE $5)
     ORDER BY id DESC LIMIT $6`,
    [workspaceId, cursor ?? null, status ?? null, assignee ?? null, q === undefined ? null : containing(q), limit + 1],
  );
}

/** Escapes the characters with a special meaning in LIKE patterns. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

async function oneTask(reader: Reader, sql: string, parameters: readonly unknown[]): Promise<Task> {
  const [row] = await reader.query<StoredTask>(sql, parameters);
  if (row === undefined) throw taskNotFound();
  return taskOf(row);
}
