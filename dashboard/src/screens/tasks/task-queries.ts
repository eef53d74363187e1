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
import { rankAt, type Move } from './board-moves.js';
import { inOrder, withEvent, withoutTask, withTask, type Task } from './task-cache.js';

const PAGE = 200;
/** The board shows so many pages at most. */
const MAX_PAGES = 10;
export const MAX_TASKS = PAGE * MAX_PAGES;
const MAX_RECENT = 1_000;

const boardKey = (ws: string) => [...keyOf(ws), 'tasks', 'board'] as const;

const update = (queries: QueryClient, ws: string, change: (tasks: readonly Task[]) => Task[]): void => {
  queries.setQueryData<readonly Task[]>(boardKey(ws), (tasks) => (tasks === undefined ? undefined : change(tasks)));
};

/** All tasks of the workspace in the order of the board; live. */
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
  return { tasks: inOrder(tasks), offset: offset ?? 0 };
}

export interface TaskChange {
  readonly task: Task;
  readonly change: Schemas['ChangeTaskRequest'];
}

/** Changes a task, unless another user has changed it since `task.updatedAt`. */
export function useChangeTask(): UseMutationResult<Task, unknown, TaskChange> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ task, change }) =>
      answer(
        api.PATCH('/v1/workspaces/{ws}/tasks/{id}', {
          params: { path: { ws, id: task.id }, header: { 'If-Match': `"${task.updatedAt}"` } },
          body: change,
        }),
      ),
    onSuccess: (task) => update(queries, ws, (tasks) => withTask(tasks, task)),
    onError: () => void queries.invalidateQueries({ queryKey: boardKey(ws) }),
  });
}

export interface TaskMove {
  readonly task: Task;
  readonly move: Move;
}

/** Shows a move at once and takes it back when the server refuses it. Moves are sent one after another. */
export function useMoveTask(): UseMutationResult<Task, unknown, TaskMove> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const mutationKey = [...boardKey(ws), 'move'];
  const movesOf = (id: string): number =>
    queries.isMutating({ mutationKey, predicate: ({ state }) => (state.variables as TaskMove).task.id === id });
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join() },
    mutationFn: ({ task, move }) =>
      answer(api.PATCH('/v1/workspaces/{ws}/tasks/{id}', { params: { path: { ws, id: task.id } }, body: move })),
    onMutate: ({ task, move }) =>
      update(queries, ws, (tasks) =>
        withTask(tasks, { ...task, status: move.status, rank: rankAt(tasks, task, move) }),
      ),
    onSuccess: (task) => {
      // The answer to an earlier move would take a later one back for a moment.
      if (movesOf(task.id) <= 1) update(queries, ws, (tasks) => withTask(tasks, task));
    },
    onError: (error) => {
      toastProblem(error);
      void queries.invalidateQueries({ queryKey: boardKey(ws) });
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
