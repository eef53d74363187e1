import type { Schemas } from '../../api/api.js';
import type { Endpoint } from './endpoints-queries.js';
import { checkFilter } from './event-filter.js';

type Change = Schemas['ChangeEndpointRequest'];
export type Kind = Endpoint['kind'];

export interface HeaderRow {
  readonly name: string;
  readonly value: string;
}

/** An endpoint as the form holds it. */
export interface Draft {
  readonly name: string;
  readonly url: string;
  readonly kind: Kind;
  readonly eventTypes: readonly string[];
  readonly sourceIds: readonly string[];
  readonly filter: string;
  /** Undefined: the stored ones stay. Their values cannot be read. */
  readonly headers: readonly HeaderRow[] | undefined;
  readonly timeoutSeconds: string;
  readonly rateLimit: string;
  readonly retries: 'standard' | 'quick' | 'none' | 'custom';
  /** Seconds between the attempts, separated by commas or spaces. */
  readonly pauses: string;
  readonly ordered: boolean;
}

export const EMPTY: Draft = {
  name: '',
  url: '',
  kind: 'event',
  eventTypes: [],
  sourceIds: [],
  filter: '',
  headers: [],
  timeoutSeconds: '15',
  rateLimit: '',
  retries: 'standard',
  pauses: '',
  ordered: false,
};

export const draftOf = (endpoint: Endpoint): Draft => ({
  name: endpoint.name,
  url: endpoint.url,
  kind: endpoint.kind,
  eventTypes: endpoint.eventTypes,
  sourceIds: endpoint.sourceIds,
  filter: endpoint.filter === null ? '' : JSON.stringify(endpoint.filter, undefined, 2),
  headers: endpoint.headers.length === 0 ? [] : undefined,
  timeoutSeconds: String(endpoint.timeoutMs / 1_000),
  rateLimit: endpoint.rateLimit === null ? '' : String(endpoint.rateLimit),
  retries: typeof endpoint.retries === 'string' ? endpoint.retries : 'custom',
  pauses: typeof endpoint.retries === 'string' ? '' : endpoint.retries.join(', '),
  ordered: endpoint.ordered,
});

const MAX_PAUSES = 20;
const MAX_PAUSE_SECONDS = 7 * 86_400;

const isPause = (pause: number): boolean => Number.isInteger(pause) && pause >= 1 && pause <= MAX_PAUSE_SECONDS;

/** @returns undefined if the text is no list of pauses */
export function pausesIn(text: string): number[] | undefined {
  const pauses = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
  return pauses.length > 0 && pauses.length <= MAX_PAUSES && pauses.every(isPause) ? pauses : undefined;
}

export const retriesOf = ({ retries, pauses }: Draft): Endpoint['retries'] | undefined =>
  retries === 'custom' ? pausesIn(pauses) : retries;

/** The fields of a request; undefined while the filter or the retries are wrong. */
export function requestOf(draft: Draft): (Change & { name: string; url: string; eventTypes: string[] }) | undefined {
  const retries = retriesOf(draft);
  const { filter } = checkFilter(draft.filter);
  if (retries === undefined || filter === undefined) return undefined;
  const { headers } = draft;
  return {
    name: draft.name.trim(),
    url: draft.url.trim(),
    eventTypes: [...draft.eventTypes],
    sourceIds: [...draft.sourceIds],
    filter,
    timeoutMs: Math.round(Number(draft.timeoutSeconds) * 1_000),
    rateLimit: draft.rateLimit.trim() === '' ? null : Number(draft.rateLimit),
    retries,
    ordered: draft.ordered,
    ...(headers !== undefined && {
      headers: Object.fromEntries(headers.filter(({ name }) => name !== '').map(({ name, value }) => [name, value])),
    }),
  };
}

/** Only what differs, because a new URL or new event types change the maker. */
export const changedFields = (endpoint: Endpoint, wanted: Change): Change =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) =>
      name === 'headers'
        ? Object.keys(value as object).length > 0 || endpoint.headers.length > 0
        : JSON.stringify(value) !== JSON.stringify(endpoint[name as keyof Endpoint]),
    ),
  );
