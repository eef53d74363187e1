import { textParams } from '../../app/search-params.js';
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

/** Reads the address. A value that the board does not know is dropped. */
export function taskSearchOf(search: Record<string, unknown>): TaskSearch {
  const status = STATUSES.find((one) => one === search['status']);
  return {
    ...textParams(search, ['q', 'assignee', 'task']),
    ...(status !== undefined && { status }),
  };
}
