import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { live } from '../../live/live.js';
import { shortId } from '../../ui/copy.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { Backlog, behindOf, useUserName, viaOf } from './connection-parts.js';
import type { ConnectionsFilter } from './connections-queries.js';

type Connection = Schemas['Connection'];

/** Columns that make room for the details of a connection. */
const BESIDE: ReadonlySet<string> = new Set(['address', 'node']);

export function ConnectionsTable({
  ws,
  rows,
  activeId,
  filter,
  empty,
}: {
  readonly ws: string;
  readonly rows: readonly Connection[];
  readonly activeId: string | undefined;
  readonly filter: ConnectionsFilter;
  readonly empty: ReactNode;
}): ReactNode {
  const { connections } = words.system;
  const nameOf = useUserName();
  const columns: readonly Column<Connection>[] = [
    {
      id: 'user',
      heading: connections.user,
      width: 'minmax(9rem, 2fr)',
      cell: ({ id, userId }) => (
        <>
          {id === live.sessionId && <span className="mr-1 text-xs text-muted">{connections.own}:</span>}
          {nameOf(userId)}
        </>
      ),
    },
    { id: 'via', heading: connections.via, width: '6rem', cell: viaOf },
    {
      id: 'since',
      heading: connections.since,
      width: '6.5rem',
      cell: ({ since }) => <Moment at={since} />,
    },
    {
      id: 'address',
      heading: connections.address,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ address }) => <span className="font-mono text-xs">{address}</span>,
    },
    {
      id: 'node',
      heading: connections.node,
      width: '7.5rem',
      optional: true,
      cell: ({ nodeId }) => (
        <span className="font-mono text-xs" title={nodeId}>
          {shortId(nodeId)}
        </span>
      ),
    },
    {
      id: 'channels',
      heading: connections.channels,
      width: '5rem',
      right: true,
      optional: true,
      cell: ({ channelCount }) => channelCount.toLocaleString('en'),
    },
    {
      id: 'unread',
      heading: connections.unread,
      width: '6.5rem',
      right: true,
      optional: true,
      cell: ({ bufferedBytes }) => <Backlog value={bufferedBytes} />,
    },
    {
      id: 'behind',
      heading: connections.behind,
      width: '7rem',
      right: true,
      optional: true,
      cell: (connection) => <Backlog value={behindOf(connection)} />,
    },
  ];
  return (
    <DataTable
      label={connections.table}
      rows={rows}
      rowId={({ id }) => id}
      activeId={activeId}
      linkOf={({ id }) => ({ to: '/w/$ws/connections/$id', params: { ws, id }, search: filter }) as never}
      empty={empty}
      columns={columns.filter(({ id }) => activeId === undefined || !BESIDE.has(id))}
    />
  );
}
