import { STATUSES, type Task, type TaskStatus } from './task-cache.js';

/** The place that a task is moved to: before another task of the column, or to its end; first when both are absent. */
export interface Move {
  readonly status: TaskStatus;
  readonly before?: string | null;
}

/** The move of a task by columns, or else by rows; undefined beyond the edge. */
export function moveBy(
  tasks: readonly Task[],
  task: Task,
  { columns = 0, rows = 0 }: { readonly columns?: number; readonly rows?: number },
): Move | undefined {
  if (columns !== 0) {
    const status = STATUSES[STATUSES.indexOf(task.status) + columns];
    return status && { status };
  }
  const column = tasks.filter(({ status }) => status === task.status);
  const place = column.findIndex(({ id }) => id === task.id);
  const other = column[place + rows];
  if (other === undefined || rows === 0) return undefined;
  return { status: task.status, before: rows < 0 ? other.id : (column[place + rows + 1]?.id ?? null) };
}

/** The rank that shows a task at its new place until the server has answered. */
export function rankAt(tasks: readonly Task[], moved: Task, { status, before }: Move): number {
  const column = tasks.filter((task) => task.status === status && task.id !== moved.id);
  if (before === null) return (column.at(-1)?.rank ?? 1) - 1;
  const place = column.findIndex(({ id }) => id === before);
  const [above, below] = [column[place - 1], column[place]];
  return above === undefined || below === undefined ? (column[0]?.rank ?? 0) + 1 : (above.rank + below.rank) / 2;
}
