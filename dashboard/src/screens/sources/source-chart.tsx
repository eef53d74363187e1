import { useMemo, type ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { TimeSeries } from '../../ui/time-series.js';
import { words } from '../../words/words.js';
import { totalOf, useSourceStats, type Stats } from '../../queries/sources-queries.js';

function Chart({ stats: { buckets } }: { readonly stats: Stats }): ReactNode {
  const { chart, dayOf } = words.sources;
  const total = buckets.reduce((sum, bucket) => sum + totalOf(bucket), 0);
  const data = useMemo(
    () => ({
      times: buckets.map(({ at }) => Date.parse(at) / 1_000),
      series: [
        { label: chart.processed, color: '--good', values: buckets.map(({ processed }) => processed) },
        { label: chart.waiting, color: '--warn', values: buckets.map(({ received }) => received) },
        { label: chart.failed, color: '--bad', values: buckets.map(({ failed }) => failed) },
      ],
    }),
    [buckets, chart],
  );
  return (
    <>
      <p className="px-3 pt-2 text-sm text-muted">{dayOf(total)}</p>
      <TimeSeries {...data} label={dayOf(total)} height={140} />
    </>
  );
}

/** The deliveries of the last 24 hours by status. */
export function SourceChart({ ws, sourceId }: { readonly ws: string; readonly sourceId: string }): ReactNode {
  return (
    <Panel title={words.sources.chart.title}>
      <Loaded query={useSourceStats(ws, sourceId)}>{(stats) => <Chart stats={stats} />}</Loaded>
    </Panel>
  );
}
