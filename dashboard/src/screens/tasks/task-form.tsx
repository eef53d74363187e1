import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { Moment } from '../../ui/moment.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import type { Task } from './task-cache.js';
import { TaskFields } from './task-fields.js';
import { useChangeTask } from './task-queries.js';
import { TypingNote } from './typing-note.js';
import type { People } from '../../queries/members-queries.js';
import { useTaskDraft } from './use-task-draft.js';
import { useTellTyping } from './use-typing.js';

/** Edits a task. What others change meanwhile appears in it, and a conflict is named before it is saved. */
export function TaskForm({
  task,
  people,
  typing,
  mayWrite,
  onDelete,
  onClose,
}: {
  readonly task: Task;
  readonly people: People;
  readonly typing: readonly string[] | undefined;
  readonly mayWrite: boolean;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { draft, edit, change, conflicts, takeTheirs } = useTaskDraft(task);
  const save = useChangeTask();
  const tellTyping = useTellTyping(task.id);
  const { dialog } = words.tasks;
  const label = {
    title: dialog.title,
    description: dialog.description,
    status: dialog.status,
    assigneeId: dialog.assignee,
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(change).length === 0) onClose();
        else save.mutate({ task, change }, { onSuccess: onClose });
      }}
    >
      <TaskFields
        draft={draft}
        people={people}
        disabled={!mayWrite || save.isPending}
        onEdit={edit}
        onType={tellTyping}
      />
      <span role="status" className="min-h-4">
        <TypingNote userIds={typing} people={people} />
      </span>
      {conflicts.length > 0 && (
        <div role="alert" className="flex flex-wrap items-center gap-2 rounded bg-warn-soft p-2 text-sm">
          <span>{dialog.changed(conflicts.map((field) => label[field]).join(', '))}</span>
          <Button size="small" onClick={takeTheirs}>
            {dialog.takeTheirs}
          </Button>
        </div>
      )}
      <ErrorNotice error={save.error} />
      <p className="flex flex-wrap gap-x-3 text-xs text-muted">
        <span>
          {dialog.created} <Moment at={task.createdAt} /> {dialog.by(people.nameOf(task.createdBy))}
        </span>
        <span>
          {dialog.updated} <Moment at={task.updatedAt} />
        </span>
        <span>
          {dialog.id} <CopyId id={task.id} what={dialog.id} />
        </span>
      </p>
      {mayWrite && (
        <div className="flex gap-2">
          <Button kind="danger" className="mr-auto" onClick={onDelete}>
            {dialog.delete}
          </Button>
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={save.isPending}>
            {dialog.save}
          </Button>
        </div>
      )}
    </form>
  );
}
