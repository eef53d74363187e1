import { useState } from 'react';
import type { Schemas } from '../../api/api.js';
import type { Task } from './task-cache.js';

export type Draft = Pick<Task, 'title' | 'description' | 'status' | 'assigneeId'>;

export const FIELDS = ['title', 'description', 'status', 'assigneeId'] as const satisfies readonly (keyof Draft)[];

export interface TaskDraft {
  readonly draft: Draft;
  readonly edit: (change: Partial<Draft>) => void;
  /** Only the fields that the user has changed. */
  readonly change: Schemas['ChangeTaskRequest'];
  /** Fields that the user and another one have changed to different values. */
  readonly conflicts: readonly (keyof Draft)[];
  readonly takeTheirs: () => void;
}

const fieldsOf = ({ title, description, status, assigneeId }: Task): Draft => ({
  title,
  description,
  status,
  assigneeId,
});

const changedIn = (draft: Draft, base: Draft): (keyof Draft)[] =>
  FIELDS.filter((field) => draft[field] !== base[field]);

/** A draft of a task that takes over what others change meanwhile, except in the fields that the user has changed. */
export function useTaskDraft(task: Task): TaskDraft {
  const [base, setBase] = useState(task);
  const [draft, setDraft] = useState(() => fieldsOf(task));
  const [conflicts, setConflicts] = useState<readonly (keyof Draft)[]>([]);
  if (base !== task) {
    const own = changedIn(draft, fieldsOf(base));
    const theirs = changedIn(fieldsOf(task), fieldsOf(base));
    const kept = Object.fromEntries(own.map((field) => [field, draft[field]]));
    setBase(task);
    setDraft({ ...fieldsOf(task), ...kept });
    const both = own.filter(
      (field) => draft[field] !== task[field] && (theirs.includes(field) || conflicts.includes(field)),
    );
    setConflicts(both);
  }
  return {
    draft,
    edit: (change) => setDraft((before) => ({ ...before, ...change })),
    change: Object.fromEntries(changedIn(draft, fieldsOf(base)).map((field) => [field, draft[field]])),
    conflicts,
    takeTheirs: () => {
      setDraft((before) => ({ ...before, ...Object.fromEntries(conflicts.map((field) => [field, base[field]])) }));
      setConflicts([]);
    },
  };
}
