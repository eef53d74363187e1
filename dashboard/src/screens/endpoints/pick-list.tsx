import { useState, type ReactNode } from 'react';
import { Checkbox, Input } from '../../ui/field.js';
import { words } from '../../words/words.js';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
}

/** Any number of choices; none means all. */
export function PickList({
  label,
  allHint,
  choices,
  picked,
  onChange,
}: {
  readonly label: string;
  readonly allHint: string;
  readonly choices: readonly Choice[];
  readonly picked: readonly string[];
  readonly onChange: (picked: string[]) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const { form } = words.endpoints;
  const known = new Set(choices.map(({ id }) => id));
  const all = [...choices, ...picked.filter((id) => !known.has(id)).map((id) => ({ id, label: id }))];
  const found = all.filter((one) => one.label.toLowerCase().includes(text.trim().toLowerCase()));
  const toggle = (id: string, isPicked: boolean): void =>
    onChange(isPicked ? [...picked, id] : picked.filter((one) => one !== id));
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-sm font-medium">{label}</legend>
      <p className="text-sm text-muted">{picked.length === 0 ? allHint : form.picked(picked.length)}</p>
      {all.length > 8 && (
        <Input
          type="search"
          aria-label={form.searchIn(label)}
          placeholder={form.searchIn(label)}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      )}
      <div className="grid max-h-52 grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-4 overflow-y-auto rounded border border-line px-2 py-1">
        {found.map(({ id, label: name, note }: Choice) => (
          <Checkbox
            key={id}
            label={
              <span title={note} className="break-all">
                {name}
              </span>
            }
            checked={picked.includes(id)}
            onChange={({ target }) => toggle(id, target.checked)}
          />
        ))}
      </div>
    </fieldset>
  );
}
