import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AdministratorsOnly, useFollowRefusal } from '../../app/administrators-only.js';
import { Fresh } from '../../ui/fresh.js';
import { Loaded } from '../../ui/notice.js';
import { Page, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DocumentsPanel } from './documents-panel.js';
import { MissingNodes } from '../../ui/missing-nodes.js';
import { NodesTable } from './nodes-table.js';
import { QueuesPanel } from './queues-panel.js';
import { ReadinessPanel } from './readiness-panel.js';
import { SettingsPanel } from './settings-panel.js';
import { useNodes } from '../../queries/system-queries.js';

const route = getRouteApi('/w/$ws/system');

function System(): ReactNode {
  const nodes = useNodes();
  const { settings } = route.useSearch();
  const navigate = route.useNavigate();
  useFollowRefusal(nodes.error);
  return (
    <Page title={words.navigation.system} actions={<Fresh query={nodes} />}>
      <Panel title={words.system.processes.heading}>
        <Loaded query={nodes} rows={3}>
          {(data) => (
            <>
              <MissingNodes nodeIds={data.missing} />
              <NodesTable nodes={data} />
            </>
          )}
        </Loaded>
      </Panel>
      <ReadinessPanel />
      <QueuesPanel />
      <SettingsPanel
        all={settings === 'all'}
        onAll={(all) => void navigate({ search: all ? { settings: 'all' } : {}, replace: true })}
      />
      <DocumentsPanel />
    </Page>
  );
}

export const SystemScreen = (): ReactNode => (
  <AdministratorsOnly title={words.navigation.system}>
    <System />
  </AdministratorsOnly>
);
