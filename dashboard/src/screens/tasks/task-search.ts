import { STATUSES, type TaskStatus } from './task-cache.js';

/** The state of the board in its address. */
export interface TaskSearch {
  readonly q?: string;
  /** The id of a user, or `none`. */
  readonly assignee?: string;
  /** The id of the open task, or `new`. */
  readonly task?: string;
  /** The column of a new task. */
  readonly status?: TaskStatus;
}

/** The router reads a text of digits as a number. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;

/** Reads the address. A value that the board does not know is dropped. */
export function taskSearchOf(search: Record<string, unknown>): TaskSearch {
  const [q, assignee, task] = [textOf(search['q']), textOf(search['assignee']), textOf(search['task'])];
  const status = STATUSES.find((one) => one === search['status']);
  return {
    ...(q !== undefined && { q }),
    ...(assignee !== undefined && { assignee }),
    ...(task !== undefined && { task }),
    ...(status !== undefined && { status }),
  };
}
