import { useNavigate, useSearch } from '@tanstack/react-router';
import type { TaskStatus } from './task-cache.js';
import type { TaskSearch } from './task-search.js';

export interface TaskNavigation {
  readonly search: TaskSearch;
  readonly filter: (filter: Pick<TaskSearch, 'q' | 'assignee'>) => void;
  readonly open: (task: string, status?: TaskStatus) => void;
  readonly close: () => void;
}

const without = <Key extends string>(text: string | undefined, key: Key): { [K in Key]?: string } =>
  (text === undefined || text === '' ? {} : { [key]: text }) as { [K in Key]?: string };

export function useTaskSearch(): TaskNavigation {
  const search: TaskSearch = useSearch({ from: '/w/$ws/tasks' });
  const navigate = useNavigate();
  const filters = { ...without(search.q, 'q'), ...without(search.assignee, 'assignee') };
  const go = (next: TaskSearch, replace: boolean): void => void navigate({ to: '.', search: next as never, replace });
  return {
    search,
    filter: (changed) => {
      const { q, assignee } = { ...filters, ...changed };
      go({ ...without(q, 'q'), ...without(assignee, 'assignee') }, true);
    },
    open: (task, status) => go({ ...filters, task, ...(status !== undefined && { status }) }, false),
    close: () => go(filters, false),
  };
}
