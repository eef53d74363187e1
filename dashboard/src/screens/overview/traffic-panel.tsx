import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useIsAdministrator } from '../../app/workspace.js';
import { Moment } from '../../ui/moment.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { rateOf } from './figures.js';
import { RANGES, type Range } from './overview-search.js';
import { useSocketLatency, useTraffic } from './traffic-queries.js';

const TimeSeries = lazy(async () => ({ default: (await import('../../ui/time-series.js')).TimeSeries }));

const CHART_HEIGHT = 200;

type Stats = Schemas['WorkspaceStats'];
type Count = 'webhooks' | 'events' | 'sent';

const milliseconds = (value: number | null): string => (value === null ? '–' : `${value.toLocaleString('en')} ms`);

const sumOf = ({ buckets }: Stats, count: Count): number =>
  buckets.reduce((sum, bucket) => sum + (bucket[count] ?? 0), 0);

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly note: ReactNode;
}): ReactNode {
  return (
    <div className="bg-surface px-3 py-2">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="text-xl font-semibold">{value}</dd>
      <dd className="min-h-4 text-xs text-muted">{note}</dd>
    </div>
  );
}

function Backlog({ backlog }: { readonly backlog: Stats['backlog'] }): ReactNode {
  const { traffic, figures, atLeast } = words.overview;
  if (backlog === null) return null;
  const { count, oldestAt, stopped } = backlog;
  const note =
    oldestAt === null ? (
      figures.noBacklog
    ) : (
      <>
        {figures.oldest} <Moment at={oldestAt} />
      </>
    );
  return <Figure name={traffic.backlog} value={stopped ? atLeast(count) : count.toLocaleString('en')} note={note} />;
}

function Latency({ range }: { readonly range: Range }): ReactNode {
  const { traffic, figures } = words.overview;
  const total = useSocketLatency(range).data?.total;
  return (
    <Figure
      name={traffic.latency}
      value={milliseconds(total?.p50Ms ?? null)}
      note={`${figures.p99(milliseconds(total?.p99Ms ?? null))}; ${traffic.installation}`}
    />
  );
}

function Chart({ stats, range }: { readonly stats: Stats; readonly range: Range }): ReactNode {
  const { traffic, ranges } = words.overview;
  const { buckets, bucketSeconds } = stats;
  const times = useMemo(() => buckets.map(({ at }) => Date.parse(at) / 1_000), [buckets]);
  const series = useMemo(() => {
    const perSecond = (count: Count) =>
      buckets.map((bucket) => Math.round(((bucket[count] ?? 0) / bucketSeconds) * 1_000) / 1_000);
    const seesWebhooks = buckets.some(({ webhooks }) => webhooks !== null);
    return [
      ...(seesWebhooks ? [{ label: traffic.webhooks, color: '--good', values: perSecond('webhooks') }] : []),
      { label: traffic.events, color: '--accent', values: perSecond('events') },
      { label: traffic.sent, color: '--warn', values: perSecond('sent') },
    ];
  }, [buckets, bucketSeconds, traffic]);
  return (
    <TimeSeries
      times={times}
      series={series}
      label={traffic.chart(ranges[range])}
      height={CHART_HEIGHT}
      unit={traffic.unit}
    />
  );
}

/** Webhooks, events and writes to clients per second, the backlog, and how long a webhook takes to its clients. */
export function TrafficPanel({ range }: { readonly range: Range }): ReactNode {
  const { traffic } = words.overview;
  const { data, error, refetch } = useTraffic(range);
  const isAdministrator = useIsAdministrator();
  const counts = (['webhooks', 'events', 'sent'] as const).filter(
    (count) => count !== 'webhooks' || data?.backlog !== null,
  );
  return (
    <Panel title={traffic.heading}>
      <dl className="grid grid-cols-2 gap-px border-b border-line bg-line sm:grid-cols-3 xl:grid-cols-5">
        {counts.map((count) => (
          <Figure
            key={count}
            name={traffic[count]}
            value={data === undefined ? '–' : rateOf(sumOf(data, count), RANGES[range].seconds)}
            note={data === undefined ? undefined : traffic.total(sumOf(data, count))}
          />
        ))}
        {data !== undefined && <Backlog backlog={data.backlog} />}
        {isAdministrator && <Latency range={range} />}
      </dl>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <div className="min-h-60">
        <Suspense fallback={null}>{data !== undefined && <Chart stats={data} range={range} />}</Suspense>
      </div>
    </Panel>
  );
}
