import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { classes } from '../../ui/classes.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { Figures } from './figures.js';
import { useStats } from './overview-queries.js';
import { RANGES, type Range } from './overview-search.js';

const TimeSeries = lazy(async () => ({ default: (await import('../../ui/time-series.js')).TimeSeries }));

const CHART_HEIGHT = 200;

function Chart({ range }: { readonly range: Range }): ReactNode {
  const { data } = useStats(range);
  const buckets = data?.buckets;
  const { figures, chart } = words.overview;
  const times = useMemo(() => (buckets ?? []).map(({ at }) => Date.parse(at) / 1_000), [buckets]);
  const series = useMemo(
    () => [
      { label: figures.processed, color: '--good', values: (buckets ?? []).map(({ processed }) => processed) },
      { label: figures.failed, color: '--bad', values: (buckets ?? []).map(({ failed }) => failed) },
      { label: figures.waiting, color: '--warn', values: (buckets ?? []).map(({ received }) => received) },
    ],
    [buckets, figures],
  );
  if (buckets === undefined) return null;
  return <TimeSeries times={times} series={series} label={chart(words.overview.ranges[range])} height={CHART_HEIGHT} />;
}

/** The choice of the range; it is part of the address. */
function Ranges({ range }: { readonly range: Range }): ReactNode {
  const { id: ws } = useWorkspace();
  const { ranges, rangeLabel } = words.overview;
  return (
    <nav aria-label={rangeLabel} className="flex rounded border border-control">
      {(Object.keys(RANGES) as Range[]).map((one) => (
        <Link
          key={one}
          to="/w/$ws/overview"
          params={{ ws }}
          search={{ range: one }}
          replace
          aria-current={one === range ? 'true' : undefined}
          title={ranges[one]}
          className={classes(
            'flex h-7 items-center rounded px-2 text-sm',
            one === range ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-hover',
          )}
        >
          {ranges.short[one]}
        </Link>
      ))}
    </nav>
  );
}

/** The deliveries of the range as numbers and over time. */
export function DeliveriesPanel({ range }: { readonly range: Range }): ReactNode {
  const { data, error, refetch } = useStats(range);
  return (
    <Panel title={words.navigation.deliveries} actions={<Ranges range={range} />}>
      <Figures range={range} />
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <div className="min-h-60">
        <Suspense fallback={null}>
          <Chart range={range} />
        </Suspense>
      </div>
      {data?.stopped === true && <p className="px-3 pb-2 text-xs text-muted">{words.overview.stopped}</p>}
    </Panel>
  );
}
