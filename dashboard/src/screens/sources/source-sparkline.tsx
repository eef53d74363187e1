import type { ReactNode } from 'react';
import { Sparkline } from '../../ui/sparkline.js';
import { words } from '../../words/words.js';
import { totalOf, useSourceStats } from '../../queries/sources-queries.js';

/** The deliveries of the last 24 hours, by hour, with their number. */
export function SourceSparkline({ ws, sourceId }: { readonly ws: string; readonly sourceId: string }): ReactNode {
  const buckets = useSourceStats(ws, sourceId).data?.buckets;
  if (buckets === undefined) return null;
  const values = buckets.map(totalOf);
  const total = values.reduce((sum, value) => sum + value, 0);
  return (
    <span className="flex items-center justify-end gap-2">
      <Sparkline values={values} label={words.sources.dayOf(total)} />
      <span className="w-14 text-right">{total.toLocaleString('en')}</span>
    </span>
  );
}
