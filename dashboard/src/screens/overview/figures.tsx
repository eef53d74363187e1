import type { ReactNode } from 'react';
import { Moment, useSecond } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { counted } from './attention.js';
import { Goto } from './goto.js';
import { useDeliveriesWith, useLatency, useRefused, useStats } from './overview-queries.js';
import { RANGES, type Range } from './overview-search.js';

interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly to?: string;
  readonly search?: Record<string, string>;
}

const number = (value: number | undefined): string => value?.toLocaleString('en') ?? '–';
const milliseconds = (value: number): string => `${Math.round(value).toLocaleString('en')} ms`;

/** A rate in the unit in which it is at least one. */
export function rateOf(total: number, seconds: number): string {
  const { figures } = words.overview;
  const [unit, length] =
    total / seconds >= 1
      ? ([figures.perSecond, 1] as const)
      : (total * 60) / seconds >= 1
        ? ([figures.perMinute, 60] as const)
        : ([figures.perHour, 3_600] as const);
  const rate = (total * length) / seconds;
  return `${rate.toLocaleString('en', { maximumFractionDigits: rate < 10 ? 1 : 0 })} ${unit}`;
}

function useFigures(range: Range): readonly Figure[] {
  const stats = useStats(range).data;
  const refused = useRefused(range).data;
  const waiting = useDeliveriesWith('received').data;
  const latency = useLatency().data;
  // Renders the age of the oldest delivery each second.
  useSecond();
  const { figures } = words.overview;
  const sum = (status: 'received' | 'processed' | 'failed'): number | undefined =>
    stats?.buckets.reduce((total, bucket) => total + bucket[status], 0);
  const [processed, failed, open] = [sum('processed'), sum('failed'), sum('received')];
  const total = stats && (processed ?? 0) + (failed ?? 0) + (open ?? 0);
  const oldest = waiting?.items.at(-1)?.receivedAt;
  const deliveries = '/w/$ws/deliveries';
  return [
    {
      name: figures.received,
      value: stats?.stopped === true ? words.overview.atLeast(total ?? 0) : number(total),
      note: total === undefined ? undefined : rateOf(total, RANGES[range].seconds),
      to: deliveries,
      search: { since: range },
    },
    {
      name: figures.processed,
      value: number(processed),
      to: deliveries,
      search: { status: 'processed', since: range },
    },
    { name: figures.failed, value: number(failed), to: deliveries, search: { status: 'failed', since: range } },
    { name: figures.refused, value: refused ? counted(refused) : '–', to: '/w/$ws/deliveries/refused' },
    {
      name: figures.waiting,
      value: waiting ? counted(waiting) : '–',
      note:
        oldest === undefined ? (
          figures.noBacklog
        ) : (
          <>
            {figures.oldest} <Moment at={oldest} />
          </>
        ),
      to: deliveries,
      search: { status: 'received' },
    },
    {
      name: figures.latency,
      value: latency ? milliseconds(latency.p50Ms) : '–',
      note: latency ? figures.p99(milliseconds(latency.p99Ms)) : undefined,
    },
  ];
}

/** The figures of the range, each with the list that it counts. */
export function Figures({ range }: { readonly range: Range }): ReactNode {
  return (
    <dl className="grid grid-cols-2 gap-px border-b border-line bg-line sm:grid-cols-3 xl:grid-cols-6">
      {useFigures(range).map(({ name, value, note, to, search }) => (
        <div key={name} className="bg-surface px-3 py-2">
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="text-xl font-semibold">
            {to === undefined ? (
              value
            ) : (
              <Goto to={to} search={search} className="hover:underline">
                {value}
              </Goto>
            )}
          </dd>
          <dd className="min-h-4 text-xs text-muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
