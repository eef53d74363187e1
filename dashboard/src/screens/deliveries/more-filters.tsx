import { useId, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Field, Input, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { isSpan, type DeliveryFilters } from './delivery-search.js';
import { FilterText } from './filter-text.js';

/** The time in the form that an input of the type `datetime-local` takes. */
function localTime(at: string | undefined): string {
  if (at === undefined || isSpan(at)) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const timeOf = (local: string): string | undefined => (local === '' ? undefined : new Date(local).toISOString());

/** The filters that are used less often. */
export function MoreFilters({
  filters,
  sources,
  onChange,
}: {
  readonly filters: DeliveryFilters;
  readonly sources: ReadonlyMap<string, Schemas['Source']>;
  readonly onChange: (changed: DeliveryFilters, replace?: boolean) => void;
}): ReactNode {
  const providers = useId();
  const { filters: text } = words.deliveries;
  const { provider, eventType, providerDeliveryId, test, since, until } = filters;
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-2 rounded border border-line bg-surface p-3">
      <Field label={text.provider}>
        {(control) => (
          <FilterText
            {...control}
            list={providers}
            value={provider}
            onChange={(next) => onChange({ provider: next }, true)}
          />
        )}
      </Field>
      <datalist id={providers}>
        {[...new Set([...sources.values()].map((source) => source.provider))].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field label={text.eventType}>
        {(control) => (
          <FilterText {...control} value={eventType} onChange={(next) => onChange({ eventType: next }, true)} />
        )}
      </Field>
      <Field label={text.providerDeliveryId}>
        {(control) => (
          <FilterText
            {...control}
            value={providerDeliveryId}
            onChange={(next) => onChange({ providerDeliveryId: next }, true)}
          />
        )}
      </Field>
      <Field label={text.since}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={localTime(since)}
            onChange={({ target }) => onChange({ since: timeOf(target.value) }, true)}
          />
        )}
      </Field>
      <Field label={text.until}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={localTime(until)}
            onChange={({ target }) => onChange({ until: timeOf(target.value) }, true)}
          />
        )}
      </Field>
      <Field label={text.test}>
        {(control) => (
          <Select
            {...control}
            value={test === undefined ? '' : String(test)}
            onChange={({ target }) => onChange({ test: target.value === '' ? undefined : target.value === 'true' })}
          >
            <option value="">{text.withTests}</option>
            <option value="true">{text.onlyTests}</option>
            <option value="false">{text.withoutTests}</option>
          </Select>
        )}
      </Field>
    </div>
  );
}
