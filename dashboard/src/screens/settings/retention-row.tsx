import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/button.js';
import { Field, Input, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { UNITS, type RuleDraft } from './retention-rules.js';

/** One rule: its topics, and an age, a number of events or both. */
export function RetentionRow({
  draft,
  problem,
  onChange,
  onRemove,
}: {
  readonly draft: RuleDraft;
  readonly problem: string | undefined;
  readonly onChange: (draft: RuleDraft) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { retention: text } = words.settings;
  const { topics, age, unit, events } = draft;
  return (
    <li className="grid items-start gap-x-3 gap-y-2 sm:grid-cols-[minmax(10rem,1fr)_14rem_10rem_2rem]">
      <Field label={text.topics} hint={text.topicsHint} error={topics === '' ? undefined : problem}>
        {(control) => (
          <Input
            {...control}
            required
            className="font-mono"
            spellCheck={false}
            value={topics}
            onChange={({ target }) => onChange({ ...draft, topics: target.value })}
          />
        )}
      </Field>
      <Field label={text.maxAge}>
        {(control) => (
          <span className="flex gap-1">
            <Input
              {...control}
              type="number"
              min={1}
              className="text-right"
              placeholder={text.any}
              value={age}
              onChange={({ target }) => onChange({ ...draft, age: target.value })}
            />
            <Select
              aria-label={text.unit}
              className="!w-28 shrink-0"
              value={unit}
              onChange={({ target }) => onChange({ ...draft, unit: Number(target.value) })}
            >
              {UNITS.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {text.units[seconds]}
                </option>
              ))}
            </Select>
          </span>
        )}
      </Field>
      <Field label={text.maxEvents}>
        {(control) => (
          <Input
            {...control}
            type="number"
            min={1}
            max={1_000_000_000}
            className="text-right"
            placeholder={text.any}
            value={events}
            onChange={({ target }) => onChange({ ...draft, events: target.value })}
          />
        )}
      </Field>
      <span className="sm:mt-6">
        <IconButton label={text.remove(topics === '' ? text.unnamed : topics)} onClick={onRemove}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      </span>
    </li>
  );
}
