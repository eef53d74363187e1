import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';
import { words } from '../../../words/words.js';
import type { AuditEntry } from '../people-queries.js';
import { fieldsOf, isSame, type FieldChange } from './change-diff.js';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A removed or added value, with its sign and a word for screen readers. */
function Item({ kind, text }: { readonly kind: 'added' | 'removed' | 'kept'; readonly text: string }): ReactNode {
  const { audit } = words.people;
  return (
    <span
      className={classes(
        'flex gap-1 rounded px-1 font-mono text-xs break-all whitespace-pre-wrap',
        kind === 'added' && 'bg-good-soft text-good',
        kind === 'removed' && 'bg-bad-soft text-bad',
        kind === 'kept' && 'text-muted',
      )}
    >
      <span aria-hidden="true">{kind === 'added' ? '+' : kind === 'removed' ? '−' : ' '}</span>
      {kind !== 'kept' && <span className="sr-only">{audit[kind]} </span>}
      {text}
    </span>
  );
}

function Field({ field }: { readonly field: FieldChange }): ReactNode {
  if (field.kind === 'list') {
    const { kept, removed, added } = field;
    if (kept.length + removed.length + added.length === 0) return <Item kind="kept" text={words.people.audit.absent} />;
    return (
      <>
        {removed.map((text) => (
          <Item key={`-${text}`} kind="removed" text={text} />
        ))}
        {added.map((text) => (
          <Item key={`+${text}`} kind="added" text={text} />
        ))}
        {kept.map((text) => (
          <Item key={text} kind="kept" text={text} />
        ))}
      </>
    );
  }
  if (isSame(field.before, field.after)) return <Item kind="kept" text={textOf(field.after)} />;
  return (
    <>
      {field.before !== undefined && <Item kind="removed" text={textOf(field.before)} />}
      {field.after !== undefined && <Item kind="added" text={textOf(field.after)} />}
    </>
  );
}

/** The states before and after a change, field by field. */
export function ChangeView({ entry }: { readonly entry: AuditEntry }): ReactNode {
  const fields = fieldsOf(entry.before, entry.after);
  if (fields.length === 0) return <p className="p-3 text-sm text-muted">{words.people.audit.noChange}</p>;
  return (
    <dl className="grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 p-3 text-sm">
      {fields.map((field) => (
        <div key={field.name} className="contents">
          <dt className="text-muted">{field.name}</dt>
          <dd className="flex min-w-0 flex-col gap-0.5">
            <Field field={field} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
