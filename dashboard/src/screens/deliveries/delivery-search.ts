import type { Schemas } from '../../api/api.js';

export const STATUSES = ['received', 'processed', 'failed'] as const;
export type DeliveryStatus = (typeof STATUSES)[number];

/** Windows that end now; they stay right in a saved view. */
export const SPANS = { '1h': 3_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 } as const;
export type Span = keyof typeof SPANS;

/** The filters of the list as the address has them. */
export interface DeliveryFilters {
  readonly status?: DeliveryStatus | undefined;
  readonly sourceId?: string | undefined;
  readonly provider?: string | undefined;
  readonly eventType?: string | undefined;
  /** A time, or a span that ends now. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly providerDeliveryId?: string | undefined;
  readonly q?: string | undefined;
  readonly test?: boolean | undefined;
}

export interface DeliveriesSearch extends DeliveryFilters {
  /** The replay whose progress is shown. */
  readonly replay?: string | undefined;
}

export interface DeliverySearch {
  readonly part?: 'body' | 'headers' | undefined;
  readonly form?: 'raw' | 'diff' | undefined;
  /** The delivery to compare with. */
  readonly with?: string | undefined;
}

export interface RefusedSearch {
  readonly sourceId?: string | undefined;
  readonly cause?: Cause | undefined;
}

export type Cause = Schemas['RefusedRequest']['cause'];
export type ApiFilter = Schemas['CreateReplayRequest']['filter'] & object;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Raw = Readonly<Record<string, unknown>>;

/** The router reads `q=100` as a number. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return String(value).slice(0, 200) || undefined;
}

const oneOf = <Value extends string>(value: unknown, values: readonly Value[]): Value | undefined =>
  values.find((known) => known === value);

export function uuid(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? value : undefined;
}

function time(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export const isSpan = (value: string | undefined): value is Span => value !== undefined && Object.hasOwn(SPANS, value);

/** Drops what the API would refuse, so that an address that was typed by hand still shows a list. */
export const readDeliveriesSearch = (raw: Raw): DeliveriesSearch => ({
  status: oneOf(raw['status'], STATUSES),
  sourceId: uuid(raw['sourceId']),
  provider: text(raw['provider']),
  eventType: text(raw['eventType']),
  since: oneOf(raw['since'], Object.keys(SPANS)) ?? time(raw['since']),
  until: time(raw['until']),
  providerDeliveryId: text(raw['providerDeliveryId']),
  q: text(raw['q']),
  test: typeof raw['test'] === 'boolean' ? raw['test'] : undefined,
  replay: uuid(raw['replay']),
});

export const readDeliverySearch = (raw: Raw): DeliverySearch => ({
  part: oneOf(raw['part'], ['body', 'headers'] as const),
  form: oneOf(raw['form'], ['raw', 'diff'] as const),
  with: uuid(raw['with']),
});

export const CAUSES = [
  'no-signature',
  'wrong-signature',
  'stale-timestamp',
  'disabled',
  'address-not-allowed',
  'too-large',
  'unsupported',
] as const satisfies readonly Cause[];

export const readRefusedSearch = (raw: Raw): RefusedSearch => ({
  sourceId: uuid(raw['sourceId']),
  cause: oneOf(raw['cause'], CAUSES),
});

/** The filters alone, without what is undefined: equal filters make equal keys of the cache. */
export function filtersOf(search: DeliveriesSearch): DeliveryFilters {
  const { replay: _, ...filters } = search;
  const known: readonly (keyof DeliveryFilters)[] = [
    'status',
    'sourceId',
    'provider',
    'eventType',
    'since',
    'until',
    'providerDeliveryId',
    'q',
    'test',
  ];
  return Object.fromEntries(known.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])));
}

/** The filters as the API takes them: a span becomes the time at which it begins. */
export function apiFilterOf(filters: DeliveryFilters): ApiFilter {
  const { since, until, ...others } = filters;
  const begin = isSpan(since) ? new Date(Date.now() - SPANS[since] * 1_000) : since && new Date(since);
  return {
    ...(others as ApiFilter),
    ...(begin instanceof Date && { since: begin.toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  };
}
