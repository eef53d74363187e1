import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { classes } from '../../ui/classes.js';
import { Field, Input, Select } from '../../ui/field.js';
import { ErrorNotice, Skeleton } from '../../ui/notice.js';
import { exactTime } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { useDelivery, useEarlier, type DeliveryDetail } from './delivery-queries.js';
import { uuid } from './delivery-search.js';
import { diffLines, withContext } from './line-diff.js';

const { diff: text, list } = words.deliveries;
const CONTEXT = 3;

/** JSON with a line for each value, so that only values differ and not their layout. */
function linesOf({ body = '', bodyEncoding }: DeliveryDetail): string {
  if (bodyEncoding === 'base64') return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const LOOKS = {
  same: ['', ' ', undefined],
  added: ['bg-good-soft text-good', '+', text.added],
  removed: ['bg-bad-soft text-bad', '-', text.removed],
} as const;

function Lines({ before, after }: { readonly before: DeliveryDetail; readonly after: DeliveryDetail }): ReactNode {
  const { lines, added, removed, isExact } = useMemo(() => diffLines(linesOf(before), linesOf(after)), [before, after]);
  const parts = useMemo(() => withContext(lines, CONTEXT), [lines]);
  if (added + removed === 0) return <p>{text.same}</p>;
  return (
    <>
      <p className="text-sm">{text.changed(added, removed)}</p>
      {!isExact && <p className="text-sm text-muted">{text.tooLarge}</p>}
      <div
        tabIndex={0}
        role="region"
        aria-label={text.label}
        className="max-h-[60dvh] overflow-auto rounded border border-line font-mono text-xs leading-5"
      >
        {parts.map((part, place) => {
          if (part.kind === 'skipped') {
            return (
              <p key={place} className="bg-canvas px-2 text-muted">
                {text.skipped(part.count)}
              </p>
            );
          }
          const [look, sign, said] = LOOKS[part.kind];
          return (
            <p key={place} className={classes('px-2 break-all whitespace-pre-wrap', look)}>
              <span aria-hidden="true">{sign} </span>
              {said !== undefined && <span className="sr-only">{said} </span>}
              {part.text}
            </p>
          );
        })}
      </div>
    </>
  );
}

/** Compares the body with that of another delivery, at first with the one before it at the same source. */
export function BodyDiff({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const search = useSearch({ from: '/w/$ws/deliveries/$id' });
  const earlier = useEarlier(ws, delivery);
  const chosen = search.with ?? earlier.data?.[0]?.id;
  const other = useDelivery(ws, chosen);
  const [typed, setTyped] = useState('');
  const choose = (id: string | undefined): void =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, with: id }), replace: true } as never);
  return (
    <div className="flex flex-col gap-2 p-3">
      <div className="grid grid-cols-[repeat(auto-fit,minmax(12rem,1fr))] gap-2">
        <Field label={text.previous}>
          {(control) => (
            <Select {...control} value={chosen ?? ''} onChange={({ target }) => choose(target.value || undefined)}>
              {chosen !== undefined && earlier.data?.every(({ id }) => id !== chosen) === true && (
                <option value={chosen}>{chosen}</option>
              )}
              {earlier.data?.map(({ id, title, receivedAt }) => (
                <option key={id} value={id}>
                  {exactTime(receivedAt)} · {title ?? list.untitled}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={text.id}>
          {(control) => (
            <Input
              {...control}
              value={typed}
              onChange={({ target }) => {
                setTyped(target.value);
                const id = uuid(target.value.trim());
                if (id !== undefined) choose(id);
              }}
            />
          )}
        </Field>
      </div>
      <ErrorNotice error={earlier.error ?? other.error} />
      {chosen === undefined ? (
        earlier.isSuccess && <p className="text-muted">{text.none}</p>
      ) : other.data === undefined ? (
        other.error === null && <Skeleton rows={4} />
      ) : (
        <Lines before={other.data} after={delivery} />
      )}
    </div>
  );
}
