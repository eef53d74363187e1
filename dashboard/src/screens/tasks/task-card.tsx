import Move from 'lucide-react/icons/move';
import type { ReactNode } from 'react';
import { Menu } from '../../ui/menu.js';
import { classes } from '../../ui/classes.js';
import { words } from '../../words/words.js';
import { STATUSES, type Task, type TaskStatus } from './task-cache.js';
import { TypingNote } from './typing-note.js';
import type { People } from '../../queries/members-queries.js';

/** The type of the data of a dragged task. */
export const DRAGGED = 'application/x-tidings-task';

export interface CardProps {
  readonly task: Task;
  readonly people: People;
  readonly typing: readonly string[] | undefined;
  readonly mayWrite: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Whether a dragged task would be dropped before this one. */
  readonly isTarget: boolean;
  readonly onOpen: () => void;
  readonly onMove: (to: TaskStatus) => void;
  readonly onStep: (rows: 1 | -1) => void;
}

/** A task to open, to drag, and to move by its menu or by Shift with an arrow key. */
export function TaskCard(props: CardProps): ReactNode {
  const { task, people, typing, mayWrite, isFirst, isLast, isTarget, onOpen, onMove, onStep } = props;
  const { tasks } = words;
  const { id, title, assigneeId, status } = task;
  return (
    <li
      draggable={mayWrite}
      onDragStart={({ dataTransfer }) => {
        dataTransfer.setData(DRAGGED, id);
        dataTransfer.effectAllowed = 'move';
      }}
      className={classes(
        'flex items-start gap-1 rounded border border-line bg-surface p-2 hover:border-control',
        mayWrite && 'cursor-grab active:cursor-grabbing',
        isTarget &&
          "relative before:absolute before:inset-x-0 before:-top-1.25 before:h-1 before:rounded before:bg-accent before:content-['']",
      )}
    >
      <button
        type="button"
        data-task={id}
        onClick={onOpen}
        className="flex min-w-0 grow flex-col gap-0.5 text-left text-sm"
      >
        <span className={classes('break-words', status === 'done' && 'text-muted')}>{title}</span>
        {assigneeId !== null && (
          <span className="text-xs text-muted">
            <span className="sr-only">{tasks.assignedTo(people.nameOf(assigneeId))}</span>
            <span aria-hidden="true">@ {people.nameOf(assigneeId)}</span>
          </span>
        )}
        <TypingNote userIds={typing} people={people} />
      </button>
      {mayWrite && (
        <Menu
          trigger={
            <button
              type="button"
              aria-label={tasks.moveTo(title)}
              title={tasks.moveTo(title)}
              className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted hover:bg-hover"
            >
              <Move className="size-4" aria-hidden="true" />
            </button>
          }
          entries={[
            { label: tasks.up, disabled: isFirst, onSelect: () => onStep(-1) },
            { label: tasks.down, disabled: isLast, onSelect: () => onStep(1) },
            ...STATUSES.map((to) => ({
              label: tasks.to(tasks.statuses[to]),
              disabled: to === status,
              onSelect: () => onMove(to),
            })),
          ]}
        />
      )}
    </li>
  );
}
