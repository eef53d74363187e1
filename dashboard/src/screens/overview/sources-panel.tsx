import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Moment } from '../../ui/moment.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { Sparkline } from '../../ui/sparkline.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { Goto } from './goto.js';
import { DETAILED, useSources, useSourceStats } from './overview-queries.js';

const ROW = 'flex min-h-8 items-center gap-3 border-b border-line px-3 py-1 last:border-0';

/** The sources with the deliveries of their last day. */
export function SourcesPanel(): ReactNode {
  const { id: ws } = useWorkspace();
  const mayManage = useMay('webhooks:manage');
  const query = useSources();
  const shown = (query.data?.items ?? []).slice(0, DETAILED);
  const stats = useSourceStats(shown.map(({ id }) => id));
  const { overview, navigation } = words;
  return (
    <Panel
      title={navigation.sources}
      actions={
        <Link to="/w/$ws/sources" params={{ ws }} className={buttonClass('quiet', 'small')}>
          {overview.all}
        </Link>
      }
    >
      <Loaded query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={overview.noSources}>
              {mayManage && (
                <Goto to="/w/$ws/sources/new" className={buttonClass()}>
                  {overview.makeSource}
                </Goto>
              )}
            </Empty>
          ) : (
            <ul>
              {shown.map(({ id, name, provider, enabled, lastSeenAt }, index) => {
                const buckets = stats[index]?.data?.buckets ?? [];
                const counts = buckets.map(({ received, processed, failed }) => received + processed + failed);
                const total = counts.reduce((sum, count) => sum + count, 0);
                return (
                  <li key={id} className={ROW}>
                    <Goto to="/w/$ws/sources/$id" params={{ id }} className="min-w-0 grow truncate hover:underline">
                      {name} <span className="text-sm text-muted">{provider}</span>
                    </Goto>
                    {!enabled && <State name="paused" />}
                    <Sparkline values={counts} label={overview.sourceDay(name, total)} />
                    <span className="w-14 text-right text-sm" title={overview.sourceDay(name, total)}>
                      {total.toLocaleString('en')}
                    </span>
                    <span className="w-20 text-right text-sm text-muted">
                      <Moment at={lastSeenAt} />
                    </span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
