import { useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { Input, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import type { Task } from './task-cache.js';
import type { People } from '../../queries/members-queries.js';
import type { TaskSearch } from './task-search.js';
import type { TaskNavigation } from './use-task-search.js';

export const NONE = 'none';

/** Whether a task has the text and the assignee of the filter. */
export function fits({ title, description, assigneeId }: Task, { q = '', assignee }: TaskSearch): boolean {
  const text = q.toLowerCase();
  return (
    (title.toLowerCase().includes(text) || description.toLowerCase().includes(text)) &&
    (assignee === undefined || (assignee === NONE ? assigneeId === null : assigneeId === assignee))
  );
}

/** Chooses tasks by their text and their assignee. */
export function TaskFilter({
  navigation: { search, filter },
  people,
}: {
  readonly navigation: TaskNavigation;
  readonly people: People;
}): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => field.current?.focus() });
  const text = words.tasks.filter;
  return (
    <>
      <Input
        ref={field}
        type="search"
        aria-label={text.text}
        placeholder={text.text}
        value={search.q ?? ''}
        onChange={({ target }) => filter({ q: target.value })}
        className="!w-44"
      />
      <Select
        aria-label={text.assignee}
        value={search.assignee ?? ''}
        onChange={({ target }) => filter({ assignee: target.value })}
        className="!w-40"
      >
        <option value="">{`${text.assignee}: ${text.all}`}</option>
        <option value={NONE}>{text.none}</option>
        {people.members.map(({ userId, name }) => (
          <option key={userId} value={userId}>
            {name}
          </option>
        ))}
      </Select>
    </>
  );
}
