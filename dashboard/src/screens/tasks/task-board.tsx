import { useState, type ReactNode } from 'react';
import { words } from '../../words/words.js';
import { moveBy, type Move } from './board-moves.js';
import { STATUSES, type Task, type TaskStatus } from './task-cache.js';
import { TaskColumn } from './task-column.js';
import { useMoveTask } from './task-queries.js';
import { useBoardKeys } from './use-board-keys.js';
import type { People } from '../../queries/members-queries.js';
import type { Typing } from './use-typing.js';

/** A column for each status. */
export function TaskBoard({
  tasks,
  people,
  typing,
  mayWrite,
  onOpen,
  onCreate,
}: {
  readonly tasks: readonly Task[];
  readonly people: People;
  readonly typing: Typing;
  readonly mayWrite: boolean;
  readonly onOpen: (id: string) => void;
  readonly onCreate: (status: TaskStatus) => void;
}): ReactNode {
  const { mutate } = useMoveTask();
  const [said, setSaid] = useState('');
  const text = words.tasks;
  const move = (id: string, to: Move): void => {
    const task = tasks.find((one) => one.id === id);
    if (task === undefined || to.before === id) return;
    mutate({ task, move: to });
    setSaid(text.moved(task.title, text.statuses[to.status], nameOfTask(tasks, to.before)));
  };
  const step = (id: string, by: Parameters<typeof moveBy>[2]): void => {
    const task = tasks.find((one) => one.id === id);
    const to = task && moveBy(tasks, task, by);
    if (to !== undefined) move(id, to);
  };
  const keys = useBoardKeys(mayWrite ? step : undefined);
  return (
    <>
      <div
        ref={keys.board}
        role="presentation"
        onKeyDown={keys.onKeyDown}
        className="grid gap-3 sm:min-h-0 sm:grow sm:grid-cols-3 sm:grid-rows-[minmax(0,1fr)]"
      >
        {STATUSES.map((status) => (
          <TaskColumn
            key={status}
            status={status}
            tasks={tasks.filter((task) => task.status === status)}
            people={people}
            typing={typing}
            mayWrite={mayWrite}
            onOpen={onOpen}
            onCreate={() => onCreate(status)}
            onMove={move}
            onStep={(id, rows) => step(id, { rows })}
          />
        ))}
      </div>
      <p className="text-xs text-muted max-sm:hidden">{text.hint}</p>
      <p role="status" className="sr-only">
        {said}
      </p>
    </>
  );
}

const nameOfTask = (tasks: readonly Task[], id: string | null | undefined): string | undefined =>
  tasks.find((task) => task.id === id)?.title;
