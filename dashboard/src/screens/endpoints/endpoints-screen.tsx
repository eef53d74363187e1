import { Link, Outlet, useParams } from '@tanstack/react-router';
import Plus from 'lucide-react/icons/plus';
import type { ReactNode } from 'react';
import { queries } from '../../api/queries.js';
import { useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { buttonClass } from '../../ui/button.js';
import { ListDetail } from '../../ui/list-detail.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { endpointsKey, useEndpoints } from './endpoints-queries.js';
import { EndpointsTable } from './endpoints-table.js';

/** The endpoints of the workspace; one of them opens beside the list. */
export function EndpointsScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id: activeId } = useParams({ strict: false });
  const query = useEndpoints(ws);
  useWorkspaceEvents(({ type }) => {
    if (type === 'webhook:endpoint_disabled' || type === 'webhook:endpoint_failing')
      void queries.invalidateQueries({ queryKey: endpointsKey(ws) });
  });
  const { endpoints } = words;
  const add = (
    <Link to="/w/$ws/endpoints/new" params={{ ws }} className={buttonClass('primary')}>
      <Plus className="size-4" aria-hidden="true" />
      {endpoints.add}
    </Link>
  );
  return (
    <Page title={words.navigation.endpoints} fill actions={add}>
      <ListDetail
        list={
          <Loaded query={query}>
            {(all) => (
              <EndpointsTable
                ws={ws}
                endpoints={all}
                activeId={activeId}
                empty={<Empty text={endpoints.none}>{add}</Empty>}
              />
            )}
          </Loaded>
        }
        detail={activeId === undefined ? undefined : <Outlet />}
      />
    </Page>
  );
}
