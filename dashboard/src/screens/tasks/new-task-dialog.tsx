import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import type { TaskStatus } from './task-cache.js';
import { TaskFields } from './task-fields.js';
import { useCreateTask } from './task-queries.js';
import type { People } from '../../queries/members-queries.js';
import type { Draft } from './use-task-draft.js';

export function NewTaskDialog({
  status,
  people,
  onClose,
}: {
  readonly status: TaskStatus;
  readonly people: People;
  readonly onClose: () => void;
}): ReactNode {
  const [draft, setDraft] = useState<Draft>({ title: '', description: '', status, assigneeId: null });
  const create = useCreateTask();
  return (
    <Dialog open onClose={onClose} title={words.tasks.dialog.create}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(draft, { onSuccess: onClose });
        }}
      >
        <TaskFields
          draft={draft}
          people={people}
          disabled={create.isPending}
          onEdit={(change) => setDraft({ ...draft, ...change })}
        />
        <ErrorNotice error={create.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={create.isPending}>
            {words.tasks.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
