import type { ReactNode } from 'react';
import { Field, Input, Select, TextArea } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { STATUSES, type TaskStatus } from './task-cache.js';
import type { People } from '../../queries/members-queries.js';
import type { Draft } from './use-task-draft.js';

const MAX_TITLE = 200;
const MAX_DESCRIPTION = 10_000;

/** The fields of a task. `onType` is called for each change of a text. */
export function TaskFields({
  draft,
  people,
  disabled,
  onEdit,
  onType,
}: {
  readonly draft: Draft;
  readonly people: People;
  readonly disabled: boolean;
  readonly onEdit: (change: Partial<Draft>) => void;
  readonly onType?: () => void;
}): ReactNode {
  const { dialog, statuses } = words.tasks;
  const { title, description, status, assigneeId } = draft;
  const isKnown = assigneeId === null || people.members.some(({ userId }) => userId === assigneeId);
  const type = (change: Partial<Draft>): void => {
    onEdit(change);
    onType?.();
  };
  return (
    <>
      <Field label={dialog.title}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={MAX_TITLE}
            disabled={disabled}
            value={title}
            onChange={({ target }) => type({ title: target.value })}
          />
        )}
      </Field>
      <Field label={dialog.description}>
        {(control) => (
          <TextArea
            {...control}
            rows={5}
            maxLength={MAX_DESCRIPTION}
            spellCheck
            disabled={disabled}
            value={description}
            onChange={({ target }) => type({ description: target.value })}
          />
        )}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={dialog.status}>
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={status}
              onChange={({ target }) => onEdit({ status: target.value as TaskStatus })}
            >
              {STATUSES.map((one) => (
                <option key={one} value={one}>
                  {statuses[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={dialog.assignee}>
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={assigneeId ?? ''}
              onChange={({ target }) => onEdit({ assigneeId: target.value === '' ? null : target.value })}
            >
              <option value="">{dialog.nobody}</option>
              {!isKnown && <option value={assigneeId}>{people.nameOf(assigneeId)}</option>}
              {people.members.map(({ userId, name }) => (
                <option key={userId} value={userId}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  );
}
