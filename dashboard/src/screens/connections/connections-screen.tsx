import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AdministratorsOnly, useFollowRefusal } from '../../app/administrators-only.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Fresh } from '../../ui/fresh.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { MissingNodes } from '../../ui/missing-nodes.js';
import { ConnectionDetail } from './connection-detail.js';
import { ConnectionsFilter } from './connections-filter.js';
import { useConnections, type ConnectionsFilter as Filter } from './connections-queries.js';
import { ConnectionsTable } from './connections-table.js';

/** Leaves out what is empty, so that the address is short. */
export const connectionsSearch = ({ userId, channel, nodeId }: Record<string, unknown>): Filter =>
  Object.fromEntries(
    Object.entries({ userId, channel, nodeId }).filter(([, value]) => typeof value === 'string' && value !== ''),
  );

function Connections(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ strict: false });
  const filter = connectionsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const list = useConnections(filter);
  const { connections } = words.system;
  useFollowRefusal(list.error);
  const apply = (wanted: Filter) =>
    void navigate({ to: '/w/$ws/connections', params: { ws }, search: connectionsSearch({ ...wanted }) } as never);
  const empty =
    Object.keys(filter).length === 0 ? (
      <Empty text={connections.none} />
    ) : (
      <Empty text={connections.noneFits}>
        <Button onClick={() => apply({})}>{connections.clear}</Button>
      </Empty>
    );
  return (
    <Page fill title={words.navigation.connections} actions={<Fresh query={list} />}>
      <div className="flex min-h-0 grow gap-3">
        <div className={classes('flex min-h-0 min-w-0 grow flex-col gap-3', id !== undefined && 'max-lg:hidden')}>
          <ConnectionsFilter filter={filter} onChange={apply} />
          <Loaded query={list}>
            {({ items, truncated, missing }) => (
              <>
                <MissingNodes nodeIds={missing} />
                <p className="text-sm text-muted">{connections.count(items.length, truncated)}</p>
                <ConnectionsTable ws={ws} rows={items} activeId={id} filter={filter} empty={empty} />
              </>
            )}
          </Loaded>
        </div>
        {id !== undefined && <ConnectionDetail key={id} ws={ws} id={id} filter={filter} />}
      </div>
    </Page>
  );
}

export const ConnectionsScreen = (): ReactNode => (
  <AdministratorsOnly title={words.navigation.connections}>
    <Connections />
  </AdministratorsOnly>
);
