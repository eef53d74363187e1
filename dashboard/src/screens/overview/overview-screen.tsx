import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Empty } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { AttentionPanel } from './attention-panel.js';
import { DeliveriesPanel } from './deliveries-panel.js';
import { EndpointsPanel } from './endpoints-panel.js';
import { FirstSteps } from './first-steps.js';
import { useLiveFigures } from './overview-queries.js';
import { TrafficPanel } from './traffic-panel.js';
import { SourcesPanel } from './sources-panel.js';

/** Problems that need a person first, then the deliveries over time. */
export function OverviewScreen(): ReactNode {
  const { range = '24h' } = useSearch({ from: '/w/$ws/overview' });
  const mayRead = useMay('webhooks:read');
  const mayManage = useMay('webhooks:manage');
  useLiveFigures();
  return (
    <Page title={words.navigation.overview}>
      {mayRead ? (
        <>
          <AttentionPanel />
          <FirstSteps />
          <DeliveriesPanel range={range} />
          <TrafficPanel range={range} />
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <SourcesPanel />
            {mayManage && <EndpointsPanel />}
          </div>
        </>
      ) : (
        <>
          <TrafficPanel range={range} />
          <Empty text={words.overview.noPermission} />
        </>
      )}
    </Page>
  );
}
