import Plus from 'lucide-react/icons/plus';
import { useState, type DragEvent, type ReactNode } from 'react';
import { Button, IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { words } from '../../words/words.js';
import { DRAGGED, TaskCard } from './task-card.js';
import type { Move } from './board-moves.js';
import type { Task, TaskStatus } from './task-cache.js';
import type { People } from '../../queries/members-queries.js';
import type { Typing } from './use-typing.js';

/** More cards at once would make the board slow. */
const SHOWN = 100;

export interface ColumnProps {
  readonly status: TaskStatus;
  readonly tasks: readonly Task[];
  readonly people: People;
  readonly typing: Typing;
  readonly mayWrite: boolean;
  readonly onOpen: (id: string) => void;
  readonly onCreate: () => void;
  readonly onMove: (id: string, to: Move) => void;
  readonly onStep: (id: string, rows: 1 | -1) => void;
}

/** The tasks of a status. A task that is dropped here gets it, at the place of the pointer. */
export function TaskColumn(props: ColumnProps): ReactNode {
  const { status, tasks, people, typing, mayWrite, onOpen, onCreate, onMove, onStep } = props;
  /** The task that a dragged one would be dropped before; null: it would be the last. */
  const [target, setTarget] = useState<string | null>();
  const isTarget = target !== undefined;
  const [shown, setShown] = useState(SHOWN);
  const text = words.tasks;
  const heading = text.statuses[status];
  const targetAt = ({ currentTarget, clientY }: DragEvent<HTMLElement>): string | null =>
    taskBelow(currentTarget, clientY) ?? tasks[shown]?.id ?? null;
  return (
    <section
      data-column={status}
      aria-label={heading}
      onDragOver={(event) => {
        if (!mayWrite || !event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setTarget(targetAt(event));
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setTarget(undefined);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setTarget(undefined);
        onMove(event.dataTransfer.getData(DRAGGED), { status, before: targetAt(event) });
      }}
      className={classes(
        'flex min-h-24 min-w-0 flex-col rounded border sm:min-h-0',
        isTarget ? 'border-accent bg-accent-soft' : 'border-line',
      )}
    >
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-2">
        <h2 className="text-base">{heading}</h2>
        <span className="mr-auto text-sm text-muted">{tasks.length.toLocaleString('en')}</span>
        {mayWrite && (
          <IconButton label={text.createIn(heading)} onClick={onCreate} className="size-7!">
            <Plus className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <ul aria-label={heading} className="flex flex-col gap-1.5 p-1.5 sm:min-h-0 sm:grow sm:overflow-y-auto">
        {tasks.slice(0, shown).map((task, place) => (
          <TaskCard
            key={task.id}
            task={task}
            people={people}
            typing={typing[task.id]}
            mayWrite={mayWrite}
            isFirst={place === 0}
            isLast={place === tasks.length - 1}
            isTarget={target === task.id}
            onOpen={() => onOpen(task.id)}
            onMove={(to) => onMove(task.id, { status: to })}
            onStep={(rows) => onStep(task.id, rows)}
          />
        ))}
        {target === null && <li aria-hidden="true" className="h-1 shrink-0 rounded bg-accent" />}
      </ul>
      {tasks.length > shown && (
        <Button size="small" className="m-1.5" onClick={() => setShown(shown + SHOWN)}>
          {text.showMore(Math.min(SHOWN, tasks.length - shown))}
        </Button>
      )}
    </section>
  );
}

/** The id of the first task whose middle is below a height of the window. */
function taskBelow(column: HTMLElement, y: number): string | undefined {
  const card = [...column.querySelectorAll<HTMLElement>('[data-task]')].find((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return y < (top + bottom) / 2;
  });
  return card?.dataset['task'];
}
