import type { ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { NewTaskDialog } from './new-task-dialog.js';
import { TaskBoard } from './task-board.js';
import { fits, TaskFilter } from './task-filter.js';
import { TaskForm } from './task-form.js';
import { MAX_TASKS, useTasks } from './task-queries.js';
import { usePeople } from '../../queries/members-queries.js';
import { useTaskSearch } from './use-task-search.js';
import { useTyping } from './use-typing.js';
import { useUndoableDelete } from './use-undoable-delete.js';

/** The tasks of the workspace on a board that everybody in it sees change. */
export function TasksScreen(): ReactNode {
  const query = useTasks();
  const people = usePeople();
  const typing = useTyping();
  const mayWrite = useMay('tasks:write');
  const navigation = useTaskSearch();
  const remove = useUndoableDelete();
  const { search, open, close, filter } = navigation;
  const text = words.tasks;
  const opened = query.data?.find(({ id }) => id === search.task);
  return (
    <Page
      title={words.navigation.tasks}
      fill
      actions={
        <>
          <TaskFilter navigation={navigation} people={people} />
          {mayWrite && (
            <Button kind="primary" onClick={() => open('new')}>
              {text.create}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={query}>
        {(all) => {
          const tasks = all.filter((task) => fits(task, search));
          if (all.length === 0) return <Empty text={mayWrite ? text.empty : text.emptyToRead} />;
          return (
            <>
              {all.length >= MAX_TASKS && <p className="text-sm text-warn">{text.tooMany(MAX_TASKS)}</p>}
              {tasks.length === 0 && (
                <Empty text={text.nothingFits}>
                  <Button onClick={() => filter({ q: '', assignee: '' })}>{text.showAll}</Button>
                </Empty>
              )}
              <TaskBoard
                tasks={tasks}
                people={people}
                typing={typing}
                mayWrite={mayWrite}
                onOpen={(id) => open(id)}
                onCreate={(status) => open('new', status)}
              />
            </>
          );
        }}
      </Loaded>
      {search.task === 'new' && mayWrite && (
        <NewTaskDialog status={search.status ?? 'todo'} people={people} onClose={close} />
      )}
      {search.task !== undefined && search.task !== 'new' && query.data !== undefined && (
        <Dialog open onClose={close} title={text.dialog.edit}>
          {opened === undefined ? (
            <Empty text={text.dialog.gone} />
          ) : (
            <TaskForm
              key={opened.id}
              task={opened}
              people={people}
              typing={typing[opened.id]}
              mayWrite={mayWrite}
              onClose={close}
              onDelete={() => {
                close();
                remove(opened);
              }}
            />
          )}
        </Dialog>
      )}
    </Page>
  );
}
