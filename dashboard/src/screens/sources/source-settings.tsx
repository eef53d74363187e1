import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { DurationField } from '../../ui/duration-field.js';
import { Checkbox, Field, Input, Select, TextArea } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { OptionFields } from './option-fields.js';
import { optionsOf, textsOf, type OptionTexts, type Schema } from './option-schema.js';
import { changedFields, draftOf, requestOf, type Draft } from './source-draft.js';
import { changeSource, type Provider, type Source } from '../../queries/sources-queries.js';
import { useStep } from '../../ui/use-step.js';

const DAY = 86_400;

/** The settings of a source. Only what was changed is sent, so that two people do not undo each other's changes. */
export function SourceSettings({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider | undefined;
}): ReactNode {
  const { settings } = words.sources;
  const [draft, setDraft] = useState<Draft>(() => draftOf(source));
  const [texts, setTexts] = useState<OptionTexts>(() => textsOf(source.options));
  const [invalid, setInvalid] = useState<string>();
  const { busy, error, run } = useStep();
  const schema = (provider?.options ?? null) as Schema | null;
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const read = optionsOf(schema, texts);
    if ('invalid' in read) return setInvalid(read.invalid);
    setInvalid(undefined);
    await run(async () => {
      const wanted = { ...requestOf(draft), ...(schema !== null && { options: read.options }) };
      setDraft(draftOf(await changeSource(ws, source.id, changedFields(source, wanted))));
      toast(settings.saved);
    });
  };
  return (
    <Panel title={settings.title}>
      <form onSubmit={(event) => void save(event)} className="flex max-w-xl flex-col gap-4 p-3">
        <Field label={settings.name}>
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
        <Field label={settings.include} hint={settings.includeHint}>
          {(control) => (
            <Select
              {...control}
              value={draft.include}
              onChange={({ target }) => set({ include: target.value as Draft['include'] })}
            >
              {Object.entries(settings.includes).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {draft.include === 'pointers' && (
          <Field label={settings.pointers} hint={settings.pointersHint}>
            {(control) => (
              <TextArea
                {...control}
                rows={3}
                value={draft.pointers}
                placeholder="/repository/full_name"
                onChange={({ target }) => set({ pointers: target.value })}
                className="font-mono text-sm"
              />
            )}
          </Field>
        )}
        <DurationField
          label={settings.dedup}
          hint={settings.dedupHint}
          seconds={draft.dedupWindowSeconds}
          onChange={(dedupWindowSeconds) => set({ dedupWindowSeconds })}
          max={30 * DAY}
        />
        <div>
          <Checkbox
            label={settings.silence}
            checked={draft.expectEverySeconds !== undefined}
            onChange={({ target }) => set({ expectEverySeconds: target.checked ? DAY : undefined })}
          />
          <p className="pl-6 text-sm text-muted">{settings.silenceHint}</p>
        </div>
        {draft.expectEverySeconds !== undefined && (
          <DurationField
            label={settings.silenceAfter}
            seconds={draft.expectEverySeconds}
            onChange={(seconds) => set({ expectEverySeconds: seconds ?? 0 })}
            min={60}
            max={30 * DAY}
          />
        )}
        <Field label={settings.addresses} hint={settings.addressesHint}>
          {(control) => (
            <TextArea
              {...control}
              rows={2}
              value={draft.addresses}
              placeholder="192.0.2.0/24"
              onChange={({ target }) => set({ addresses: target.value })}
              className="font-mono text-sm"
            />
          )}
        </Field>
        <div>
          <Checkbox
            label={settings.ownChannel}
            checked={draft.ownChannel}
            onChange={({ target }) => set({ ownChannel: target.checked })}
          />
          <p className="pl-6 text-sm break-words text-muted">{settings.ownChannelHint(source.channel)}</p>
        </div>
        <Checkbox
          label={settings.eventPerItem}
          checked={draft.eventPerItem}
          onChange={({ target }) => set({ eventPerItem: target.checked })}
        />
        {schema !== null && <OptionFields schema={schema} texts={texts} onChange={setTexts} invalid={invalid} />}
        <ErrorNotice error={error} />
        <div>
          <Button type="submit" kind="primary" busy={busy}>
            {settings.save}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
