import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { workspaceKey } from './settings-queries.js';

type Retention = Schemas['WorkspaceRetention'];

const textOf = (days: number | null): string => (days === null ? '' : String(days));
const daysOf = (text: string): number | null => (text === '' ? null : Number(text));

/** How many days the workspace keeps its events and deliveries. */
export function KeepForm({ retention }: { readonly retention: Retention }): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [events, setEvents] = useState(textOf(retention.eventsDays));
  const [deliveries, setDeliveries] = useState(textOf(retention.deliveriesDays));
  const { keep: text } = words.settings;
  const wanted = { eventsDays: daysOf(events), deliveriesDays: daysOf(deliveries) };
  const isUnchanged = wanted.eventsDays === retention.eventsDays && wanted.deliveriesDays === retention.deliveriesDays;
  const save = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/v1/workspaces/{ws}', { params: { path: { ws } }, body: { retention: wanted } })),
    onSuccess: (saved) => {
      queries.setQueryData(workspaceKey(ws), saved);
      toast(text.saved);
    },
  });
  return (
    <form
      className="flex flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="grid max-w-xl gap-3 sm:grid-cols-2">
        <Days label={text.events} max={retention.maxEventsDays} value={events} onChange={setEvents} />
        <Days label={text.deliveries} max={retention.maxDeliveriesDays} value={deliveries} onChange={setDeliveries} />
      </div>
      <ErrorNotice error={save.error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" busy={save.isPending} disabled={isUnchanged}>
          {text.save}
        </Button>
        <span className="text-sm text-muted">{isUnchanged ? text.unchanged : text.deletes}</span>
      </div>
    </form>
  );
}

function Days({
  label,
  max,
  value,
  onChange,
}: {
  readonly label: string;
  readonly max: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <Field label={label} hint={words.settings.keep.bound(max)}>
      {(control) => (
        <Input
          {...control}
          type="number"
          min={1}
          max={max}
          step={1}
          placeholder={String(max)}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className="!w-28"
        />
      )}
    </Field>
  );
}
