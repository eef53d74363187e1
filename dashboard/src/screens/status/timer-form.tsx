import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { useSetStatus } from './status-queries.js';

const MINUTE_MS = 60_000;

const PRESETS = [
  ['minute', MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS],
  ['days', 3 * 24 * 60 * MINUTE_MS],
] as const;

/** The form that `<input type="datetime-local">` takes, in local time. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 19);
}

const in3Days = (): string => localTime(new Date().getTime() + PRESETS[3][1]);

/** Sets the timer to a date or to a span from now, and cancels it. */
export function TimerForm({ status }: { readonly status: Schemas['Status'] }): ReactNode {
  const [at, setAt] = useState(in3Days);
  const set = useSetStatus();
  const text = words.status;
  const activate = (time: number): void => set.mutate({ status: 'pending', activateAt: new Date(time).toISOString() });
  const isPending = status.status === 'pending';
  return (
    <Panel title={text.timer}>
      <form
        className="flex flex-col gap-3 p-3"
        onSubmit={(event) => {
          event.preventDefault();
          activate(new Date(at).getTime());
        }}
      >
        <Field label={text.at} hint={text.atHint}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              step={1}
              required
              value={at}
              onChange={({ target }) => setAt(target.value)}
              className="!w-60"
            />
          )}
        </Field>
        <div role="group" aria-label={text.presets} className="flex flex-wrap items-center gap-2">
          <span className="text-sm text-muted">{text.presets}</span>
          {PRESETS.map(([name, ms]) => (
            <Button
              key={name}
              size="small"
              disabled={set.isPending}
              onClick={() => activate(new Date().getTime() + ms)}
            >
              {text.preset[name]}
            </Button>
          ))}
        </div>
        <ErrorNotice error={set.error} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="primary" busy={set.isPending}>
            {isPending ? text.reset : text.set}
          </Button>
          {isPending && (
            <Button disabled={set.isPending} onClick={() => set.mutate({ status: 'inactive' })}>
              {text.cancel}
            </Button>
          )}
        </div>
      </form>
    </Panel>
  );
}
