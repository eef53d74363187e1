import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import type { Task } from './task-cache.js';
import { useCreateTask, useDeleteTask } from './task-queries.js';

/** Deletes a task and offers to create it again, which gives it another id. */
export function useUndoableDelete(): (task: Task) => void {
  const remove = useDeleteTask();
  const create = useCreateTask();
  return (task) => {
    const { title, description, status, assigneeId } = task;
    const createAgain = (): void =>
      create.mutate(
        { title, description, status, assigneeId },
        { onSuccess: () => toast(words.tasks.restored(title)), onError: toastProblem },
      );
    remove.mutate(task, {
      onSuccess: () => toast(words.tasks.deleted(title), { undo: { label: words.tasks.undo, run: createAgain } }),
    });
  };
}
