import { Link, type LinkProps } from '@tanstack/react-router';
import X from 'lucide-react/icons/x';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { problemOf } from '../../api/problem.js';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Facts, Panel } from '../../ui/page.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { Backlog, useUserName, viaOf } from './connection-parts.js';
import { useConnection, type ConnectionsFilter } from './connections-queries.js';
import { DisconnectDialog } from './disconnect-dialog.js';
import { TraceView } from './trace-view.js';
import { SubscriptionsTable } from './subscriptions-table.js';

function ConnectionFacts({ connection }: { readonly connection: Schemas['Connection'] }): ReactNode {
  const { connections, process } = words.system;
  const nameOf = useUserName();
  const { id, userId, nodeId, since, address, bufferedBytes } = connection;
  return (
    <Facts
      facts={[
        [connections.id, <CopyId key="id" id={id} what={connections.id} whole />],
        [
          connections.user,
          <span key="user" className="inline-flex flex-wrap gap-x-2">
            {nameOf(userId)}
            {userId !== null && <CopyId id={userId} what={connections.user} />}
          </span>,
        ],
        [connections.node, <CopyId key="node" id={nodeId} what={process} />],
        [connections.via, viaOf(connection)],
        [connections.since, <Moment key="since" at={since} />],
        [
          connections.address,
          <span key="address" className="font-mono text-xs">
            {address}
          </span>,
        ],
        [connections.unread, <Backlog key="unread" value={bufferedBytes} />],
      ]}
    />
  );
}

/** One connection beside the list, with all of its subscriptions. */
export function ConnectionDetail({
  ws,
  id,
  filter,
}: {
  readonly ws: string;
  readonly id: string;
  readonly filter: ConnectionsFilter;
}): ReactNode {
  const { connections } = words.system;
  const connection = useConnection(id);
  const [asking, setAsking] = useState(false);
  const isGone = connection.error !== null && problemOf(connection.error).code === 'connection.not-found';
  const back: LinkProps = { to: '/w/$ws/connections', params: { ws }, search: filter as never };
  return (
    <Panel
      title={connections.detail}
      className="overflow-y-auto lg:w-md lg:shrink-0"
      actions={
        <>
          {!isGone && connection.data !== undefined && (
            <Button kind="danger" size="small" onClick={() => setAsking(true)}>
              {connections.disconnect}
            </Button>
          )}
          <Link
            {...back}
            aria-label={connections.close}
            className="inline-flex size-8 items-center justify-center rounded hover:bg-hover"
          >
            <X className="size-4" aria-hidden="true" />
          </Link>
        </>
      }
    >
      {isGone ? (
        <Empty text={connections.gone}>
          <Link {...back} className="text-accent underline">
            {connections.back}
          </Link>
        </Empty>
      ) : (
        <Loaded query={connection}>
          {(data) => (
            <>
              <ConnectionFacts connection={data} />
              <SubscriptionsTable connection={data} />
              {!data.ofFeature && <TraceView key={id} id={id} />}
              <DisconnectDialog open={asking} onClose={() => setAsking(false)} connection={data} />
            </>
          )}
        </Loaded>
      )}
    </Panel>
  );
}
