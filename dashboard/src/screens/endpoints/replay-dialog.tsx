import type { FormEvent, ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input, Select } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { startReplay, type ReplayFilter } from './messages-queries.js';
import { useStep } from '../../ui/use-step.js';

function filterIn(form: FormData): ReplayFilter {
  const text = (name: string): string => String(form.get(name)).trim();
  const moment = (name: string): string | undefined =>
    text(name) === '' ? undefined : new Date(text(name)).toISOString();
  const status = text('status');
  const [since, until] = [moment('since'), moment('until')];
  return {
    ...((status === 'failed' || status === 'delivered') && { status }),
    ...(text('eventType') !== '' && { eventType: text('eventType') }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** Asks which messages are sent again, and starts that. */
export function ReplayDialog({
  ws,
  endpointId,
  onClose,
  onStarted,
}: {
  readonly ws: string;
  readonly endpointId: string;
  readonly onClose: () => void;
  readonly onStarted: (replayId: string) => void;
}): ReactNode {
  const { replay } = words.endpoints;
  const { busy, error, run } = useStep();
  const start = async (form: FormData): Promise<void> => {
    await run(async () => {
      onStarted(await startReplay(ws, endpointId, filterIn(form)));
      onClose();
    });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void start(new FormData(event.currentTarget));
  };
  return (
    <Dialog open onClose={onClose} title={replay.title} description={replay.hint}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={replay.status}>
          {(control) => (
            <Select {...control} name="status" defaultValue="failed">
              <option value="failed">{words.states.failed}</option>
              <option value="delivered">{words.states.delivered}</option>
              <option value="both">{replay.both}</option>
            </Select>
          )}
        </Field>
        <Field label={replay.eventType} hint={replay.eventTypeHint}>
          {(control) => <Input {...control} name="eventType" />}
        </Field>
        <Field label={replay.since}>{(control) => <Input {...control} name="since" type="datetime-local" />}</Field>
        <Field label={replay.until}>{(control) => <Input {...control} name="until" type="datetime-local" />}</Field>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {replay.start}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
