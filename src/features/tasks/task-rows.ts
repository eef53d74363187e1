import type { Access } from '../../access/public/access.js';
import type { Transaction } from '../../platform/database/database.js';
import { assigneeUnknown, taskNotFound } from './task.errors.js';
import type { Task } from './task.schemas.js';

/** A row as returned by the database driver. */
export type StoredTask = Omit<Task, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

/** The columns of a task, named as in `Task`. */
export const TASK_COLUMNS = `id, title, description, status, assignee_id AS "assigneeId", created_by AS "createdBy",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export function taskOf(row: StoredTask): Task {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

/** Runs a statement that returns one task. @throws `task.not-found` */
export async function oneTask(tx: Transaction, sql: string, parameters: readonly unknown[]): Promise<Task> {
  const [row] = await tx.query<StoredTask>(sql, parameters);
  if (row === undefined) throw taskNotFound();
  return taskOf(row);
}

/** Locks a task until the transaction ends. @throws `task.not-found` */
export function lockTask(tx: Transaction, workspaceId: string, id: string): Promise<Task> {
  return oneTask(tx, `SELECT ${TASK_COLUMNS} FROM tasks WHERE workspace_id = $1 AND id = $2 FOR UPDATE`, [
    workspaceId,
    id,
  ]);
}

/** @throws `task.unknown-assignee` */
export async function checkAssignee(
  tx: Transaction,
  access: Access,
  workspaceId: string,
  assigneeId: string | null,
): Promise<void> {
  if (assigneeId !== null && !(await access.lockMember(tx, workspaceId, assigneeId))) throw assigneeUnknown();
}
