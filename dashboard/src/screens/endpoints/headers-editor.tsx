import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { Button, IconButton } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { words } from '../../words/words.js';
import type { HeaderRow } from './endpoint-draft.js';

/** Headers of each request. Stored values cannot be read: they stay, or all are entered again. */
export function HeadersEditor({
  rows,
  stored,
  onChange,
}: {
  /** Undefined: the stored ones stay. */
  readonly rows: readonly HeaderRow[] | undefined;
  readonly stored: readonly string[];
  readonly onChange: (rows: readonly HeaderRow[] | undefined) => void;
}): ReactNode {
  const { headers } = words.endpoints;
  const set = (index: number, change: Partial<HeaderRow>): void =>
    onChange(rows?.map((row, place) => (place === index ? { ...row, ...change } : row)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{headers.title}</legend>
      <p className="text-sm text-muted">{headers.hint}</p>
      {rows === undefined ? (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          {headers.stay(stored.join(', '))}
          <Button size="small" onClick={() => onChange(stored.map((name) => ({ name, value: '' })))}>
            {headers.replace}
          </Button>
        </p>
      ) : (
        <>
          {rows.map(({ name, value }, index) => (
            <span key={index} className="flex gap-2">
              <Input
                aria-label={headers.name(index + 1)}
                value={name}
                placeholder="authorization"
                onChange={({ target }) => set(index, { name: target.value })}
                className="max-w-48 min-w-0 font-mono"
              />
              <Input
                aria-label={headers.value(index + 1)}
                value={value}
                autoComplete="off"
                onChange={({ target }) => set(index, { value: target.value })}
                className="min-w-0 font-mono"
              />
              <IconButton
                label={headers.remove(index + 1)}
                onClick={() => onChange(rows.filter((_, place) => place !== index))}
              >
                <X className="size-4" aria-hidden="true" />
              </IconButton>
            </span>
          ))}
          <span className="flex gap-2">
            <Button size="small" onClick={() => onChange([...rows, { name: '', value: '' }])}>
              {headers.add}
            </Button>
            {stored.length > 0 && (
              <Button size="small" onClick={() => onChange(undefined)}>
                {headers.keep}
              </Button>
            )}
          </span>
        </>
      )}
    </fieldset>
  );
}
