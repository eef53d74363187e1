import {
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useRef } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents, type AnyEvent } from '../../live/workspace-events.js';
import { toastProblem } from '../../ui/toast.js';
import { withEvent, withoutTask, withTask, type Task } from './task-cache.js';

const PAGE = 200;
/** The board shows so many pages at most. */
const MAX_PAGES = 10;
export const MAX_TASKS = PAGE * MAX_PAGES;
const MAX_RECENT = 1_000;

const boardKey = (ws: string) => [...keyOf(ws), 'tasks', 'board'] as const;

const update = (queries: QueryClient, ws: string, change: (tasks: readonly Task[]) => Task[]): void => {
  queries.setQueryData<readonly Task[]>(boardKey(ws), (tasks) => (tasks === undefined ? undefined : change(tasks)));
};

/** All tasks of the workspace; live. */
export function useTasks(): UseQueryResult<readonly Task[]> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const recent = useRef<AnyEvent[]>([]);
  useWorkspaceEvents((event) => {
    if (event.channel !== `tasks:${ws}`) return;
    recent.current = [...recent.current.slice(1 - MAX_RECENT), event];
    update(queries, ws, (tasks) => withEvent(tasks, event));
  });
  return useQuery({
    queryKey: boardKey(ws),
    // Events that came while no board was shown are not in the cache.
    refetchOnMount: 'always',
    queryFn: async (): Promise<readonly Task[]> => {
      const { tasks, offset } = await loadAll(ws);
      // Events may overtake the answer that does not have them yet.
      return recent.current.filter((event) => event.offset > offset).reduce(withEvent, tasks);
    },
  });
}

async function loadAll(ws: string): Promise<{ tasks: Task[]; offset: number }> {
  const tasks: Task[] = [];
  let cursor: string | null | undefined;
  let offset: number | undefined;
  for (let page = 0; page < MAX_PAGES && cursor !== null; page++) {
    const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor, position } = await answer(
      api.GET('/v1/workspaces/{ws}/tasks', { params: { path: { ws }, query } }),
    );
    tasks.push(...items);
    cursor = nextCursor;
    offset ??= position.offset;
  }
  return { tasks, offset: offset ?? 0 };
}

export interface TaskChange {
  readonly task: Task;
  readonly change: Schemas['ChangeTaskRequest'];
  /** Whether the change is refused when another user has changed the task since `task.updatedAt`. */
  readonly strict?: boolean;
}

/** Shows a change at once and takes it back when the server refuses it. */
export function useChangeTask(): UseMutationResult<Task, unknown, TaskChange> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ task, change, strict = false }) =>
      answer(
        api.PATCH('/v1/workspaces/{ws}/tasks/{id}', {
          params: { path: { ws, id: task.id }, ...(strict && { header: { 'If-Match': `"${task.updatedAt}"` } }) },
          body: change,
        }),
      ),
    onMutate: ({ task, change, strict }) => {
      if (strict !== true) update(queries, ws, (tasks) => withTask(tasks, { ...task, ...(change as Partial<Task>) }));
    },
    onSuccess: (task) => update(queries, ws, (tasks) => withTask(tasks, task)),
    onError: (error, { task, strict }) => {
      if (strict === true) void queries.invalidateQueries({ queryKey: boardKey(ws) });
      else {
        update(queries, ws, (tasks) => withTask(tasks, task));
        toastProblem(error);
      }
    },
  });
}

export function useCreateTask(): UseMutationResult<Task, unknown, Schemas['CreateTaskRequest']> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body) => answer(api.POST('/v1/workspaces/{ws}/tasks', { params: { path: { ws } }, body })),
    onSuccess: (task) => update(queries, ws, (tasks) => withTask(tasks, task)),
  });
}

export function useDeleteTask(): UseMutationResult<unknown, unknown, Task> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }) => answer(api.DELETE('/v1/workspaces/{ws}/tasks/{id}', { params: { path: { ws, id } } })),
    onSuccess: (_answer, { id }) => update(queries, ws, (tasks) => withoutTask(tasks, id)),
    onError: toastProblem,
  });
}
