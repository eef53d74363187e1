import { useState, type FormEvent, type ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Checkbox, Field, Input, Select } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { useSources } from '../../queries/sources-queries.js';
import { requestOf, retriesOf, type Draft, type Kind } from './endpoint-draft.js';
import type { Endpoint } from './endpoints-queries.js';
import { useEventTypes } from './event-types.js';
import { FilterEditor } from './filter-editor.js';
import { HeadersEditor } from './headers-editor.js';
import { PickList } from './pick-list.js';
import { RetryPicture } from './retry-picture.js';
import { pausesOf } from './retry-schedule.js';
import { useStep } from '../../ui/use-step.js';

type Request = NonNullable<ReturnType<typeof requestOf>>;

interface PartProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

function Target({ draft, set, endpoint }: PartProps & { readonly endpoint: Endpoint | undefined }): ReactNode {
  const { form, kinds } = words.endpoints;
  const mayRelay = useMay('webhooks:bodies');
  return (
    <>
      <Field label={form.name}>
        {(control) => (
          <Input
            {...control}
            value={draft.name}
            required
            maxLength={120}
            onChange={({ target }) => set({ name: target.value })}
          />
        )}
      </Field>
      <Field label={form.url} hint={form.urlHint}>
        {(control) => (
          <Input
            {...control}
            type="url"
            value={draft.url}
            required
            placeholder="https://example.com/hooks/tidings"
            onChange={({ target }) => set({ url: target.value })}
          />
        )}
      </Field>
      <Field label={form.kind} hint={endpoint === undefined ? kinds[draft.kind].hint : form.kindFixed}>
        {(control) => (
          <Select
            {...control}
            value={draft.kind}
            disabled={endpoint !== undefined}
            onChange={({ target }) => set({ kind: target.value as Kind })}
          >
            <option value="event">{kinds.event.long}</option>
            {mayRelay && <option value="relay">{kinds.relay.long}</option>}
          </Select>
        )}
      </Field>
    </>
  );
}

function Delivery({ draft, set, endpoint }: PartProps & { readonly endpoint: Endpoint | undefined }): ReactNode {
  const { form, retry } = words.endpoints;
  const retries = retriesOf(draft);
  return (
    <>
      <Field label={retry.label}>
        {(control) => (
          <Select
            {...control}
            value={draft.retries}
            onChange={({ target }) => set({ retries: target.value as Draft['retries'] })}
          >
            {Object.entries(retry.presets).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {draft.retries === 'custom' && (
        <Field
          label={retry.pauses}
          hint={retry.pausesHint}
          error={retries === undefined ? retry.pausesWrong : undefined}
        >
          {(control) => (
            <Input
              {...control}
              value={draft.pauses}
              placeholder="10, 60, 600"
              onChange={({ target }) => set({ pauses: target.value })}
            />
          )}
        </Field>
      )}
      {retries !== undefined && <RetryPicture pauses={pausesOf(retries)} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={form.timeout} hint={form.timeoutHint}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={30}
              step="0.1"
              required
              value={draft.timeoutSeconds}
              onChange={({ target }) => set({ timeoutSeconds: target.value })}
            />
          )}
        </Field>
        <Field label={form.rate} hint={form.rateHint}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={1_000}
              value={draft.rateLimit}
              onChange={({ target }) => set({ rateLimit: target.value })}
            />
          )}
        </Field>
      </div>
      <div>
        <Checkbox
          label={form.ordered}
          checked={draft.ordered}
          onChange={({ target }) => set({ ordered: target.checked })}
        />
        <p className="pl-6 text-sm text-muted">{form.orderedHint}</p>
      </div>
      <HeadersEditor rows={draft.headers} stored={endpoint?.headers ?? []} onChange={(headers) => set({ headers })} />
    </>
  );
}

/** All settings of an endpoint. */
export function EndpointForm({
  ws,
  endpoint,
  start,
  action,
  onSubmit,
}: {
  readonly ws: string;
  /** Undefined: a new one. */
  readonly endpoint?: Endpoint;
  readonly start: Draft;
  readonly action: string;
  readonly onSubmit: (request: Request, kind: Kind) => Promise<unknown>;
}): ReactNode {
  const { form } = words.endpoints;
  const [draft, setDraft] = useState(start);
  const { busy, error, run } = useStep();
  const types = useEventTypes(ws, useMay('event-types:read')).data ?? [];
  const sources = useSources(ws).data ?? [];
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const request = requestOf(draft);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (request === undefined) return;
    await run(async () => {
      await onSubmit(request, draft.kind);
    });
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title={form.target}>
        <div className="flex flex-col gap-4 p-3">
          <Target draft={draft} set={set} endpoint={endpoint} />
          {draft.kind === 'event' ? (
            <PickList
              label={form.eventTypes}
              allHint={form.allEvents}
              choices={types.map(({ type, description }) => ({ id: type, label: type, note: description }))}
              picked={draft.eventTypes}
              onChange={(eventTypes) => set({ eventTypes })}
            />
          ) : (
            <PickList
              label={form.sources}
              allHint={form.allSources}
              choices={sources.map(({ id, name }) => ({ id, label: name }))}
              picked={draft.sourceIds}
              onChange={(sourceIds) => set({ sourceIds })}
            />
          )}
        </div>
      </Panel>
      <Panel title={words.endpoints.filter.title}>
        <div className="p-3">
          <FilterEditor ws={ws} draft={draft} onChange={(filter) => set({ filter })} />
        </div>
      </Panel>
      <Panel title={form.delivery}>
        <div className="flex flex-col gap-4 p-3">
          <Delivery draft={draft} set={set} endpoint={endpoint} />
        </div>
      </Panel>
      <div className="flex flex-col gap-3">
        <ErrorNotice error={error} />
        <div>
          <Button type="submit" kind="primary" busy={busy} disabled={request === undefined}>
            {action}
          </Button>
        </div>
      </div>
    </form>
  );
}
