import type { Schemas } from '../../api/api.js';
import { spanOf } from '../../ui/moment.js';
import type { StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { COUNTED } from './overview-queries.js';

type Source = Schemas['Source'];
type Endpoint = Schemas['Endpoint'];
type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null } | undefined;

/** Something to mend, with the address where it is mended. */
export interface Concern {
  readonly id: string;
  readonly state: StateName;
  readonly text: string;
  readonly to: string;
  readonly params?: Record<string, string>;
  readonly search?: Record<string, string>;
}

/** Deliveries that wait longer than this are not on their way. */
const LATE_SECONDS = 60;

/** A count that stops at the size of a page. */
export const counted = ({ items, nextCursor }: { items: readonly unknown[]; nextCursor: string | null }): string =>
  nextCursor === null ? items.length.toLocaleString('en') : words.overview.atLeast(COUNTED);

const secondsSince = (at: string, now: number): number => now - Date.parse(at) / 1_000;

const DELIVERIES = '/w/$ws/deliveries';

function ofDeliveries(
  failed: Page<unknown>,
  waiting: Page<{ readonly receivedAt: string }>,
  now: number,
): readonly Concern[] {
  const { attention } = words.overview;
  const concerns: Concern[] = [];
  if (failed !== undefined && failed.items.length > 0) {
    const text = attention.failed(failed.items.length, counted(failed));
    concerns.push({ id: 'failed', state: 'failed', text, to: DELIVERIES, search: { status: 'failed' } });
  }
  const oldest = waiting?.items.at(-1);
  if (waiting !== undefined && oldest !== undefined && secondsSince(oldest.receivedAt, now) > LATE_SECONDS) {
    const text = attention.waiting(
      waiting.items.length,
      counted(waiting),
      spanOf(secondsSince(oldest.receivedAt, now)),
    );
    concerns.push({ id: 'waiting', state: 'waiting', text, to: DELIVERIES, search: { status: 'received' } });
  }
  return concerns;
}

function ofSource(source: Source, now: number): readonly Concern[] {
  const { id, name, enabled, expectEverySeconds, lastSeenAt, lastRefusedAt, createdAt } = source;
  const { attention } = words.overview;
  if (!enabled) return [];
  const concerns: Concern[] = [];
  const silence = secondsSince(lastSeenAt ?? createdAt, now);
  if (expectEverySeconds !== null && silence > expectEverySeconds) {
    const text = attention.silent(name, lastSeenAt === null ? undefined : spanOf(silence), spanOf(expectEverySeconds));
    concerns.push({ id: `silent ${id}`, state: 'silent', text, to: '/w/$ws/sources/$id', params: { id } });
  }
  if (lastRefusedAt !== null && lastRefusedAt > (lastSeenAt ?? '')) {
    const text = attention.refused(name, spanOf(secondsSince(lastRefusedAt, now)));
    const to = '/w/$ws/deliveries/refused';
    concerns.push({ id: `refused ${id}`, state: 'refused', text, to, search: { sourceId: id } });
  }
  return concerns;
}

function ofEndpoint(endpoint: Endpoint, now: number): readonly Concern[] {
  const { id, name, enabled, disabledReason, failingSince } = endpoint;
  const { attention } = words.overview;
  const place = { to: '/w/$ws/endpoints/$id', params: { id } };
  if (!enabled && disabledReason !== null) {
    const text = attention.disabled(name, attention.reasons[disabledReason]);
    return [{ id: `disabled ${id}`, state: 'disabled', text, ...place }];
  }
  if (enabled && failingSince !== null) {
    const text = attention.failing(name, spanOf(secondsSince(failingSince, now)));
    return [{ id: `failing ${id}`, state: 'failing', text, ...place }];
  }
  return [];
}

/** Everything that needs a person, the worst first. `now` is in seconds since 1970. */
export function concernsOf(
  lists: {
    readonly failed: Page<unknown>;
    readonly waiting: Page<{ readonly receivedAt: string }>;
    readonly sources: readonly Source[];
    readonly endpoints: readonly Endpoint[];
  },
  now: number,
): readonly Concern[] {
  return [
    ...ofDeliveries(lists.failed, lists.waiting, now),
    ...lists.endpoints.flatMap((endpoint) => ofEndpoint(endpoint, now)),
    ...lists.sources.flatMap((source) => ofSource(source, now)),
  ];
}
