import type { Schemas } from '../../api/api.js';
import type { AnyEvent } from '../../live/workspace-events.js';

export type Task = Schemas['Task'];
export type TaskStatus = Task['status'];

export const STATUSES = ['todo', 'in_progress', 'done'] as const satisfies readonly TaskStatus[];

/** The order of the board. Of two tasks with the same rank, the newer one is first: ids grow with time. */
const byRank = (a: Task, b: Task): number => b.rank - a.rank || (a.id < b.id ? 1 : -1);

export const inOrder = (tasks: readonly Task[]): Task[] => tasks.toSorted(byRank);

/** Puts a task into a list, unless the list has a newer state of it. */
export function withTask(tasks: readonly Task[], task: Task): Task[] {
  const known = tasks.find(({ id }) => id === task.id);
  if (known === undefined) return inOrder([...tasks, task]);
  if (known.updatedAt > task.updatedAt) return [...tasks];
  return inOrder(tasks.map((one) => (one.id === task.id ? task : one)));
}

export const withoutTask = (tasks: readonly Task[], id: string): Task[] => tasks.filter((task) => task.id !== id);

/** Applies an event of the channel of tasks. */
export function withEvent(tasks: readonly Task[], { type, payload }: AnyEvent): Task[] {
  if (type === 'task:deleted') return withoutTask(tasks, String(payload['id']));
  return type.startsWith('task:') ? withTask(tasks, payload as unknown as Task) : [...tasks];
}
