import type { ReactNode } from 'react';
import { DataTable, type Column } from '../../ui/data-table.js';
import { words } from '../../words/words.js';
import { Durations, SuccessRate } from './endpoint-figures.js';
import { EndpointReason, EndpointState } from './endpoint-state.js';
import type { Endpoint } from './endpoints-queries.js';

function columnsOf(ws: string, isNarrow: boolean): Column<Endpoint>[] {
  const { columns, kinds } = words.endpoints;
  const short: Column<Endpoint>[] = [
    { id: 'name', heading: columns.name, width: 'minmax(7rem,1.5fr)', cell: ({ name }) => name },
    { id: 'state', heading: columns.state, width: '6.5rem', cell: (one) => <EndpointState endpoint={one} /> },
  ];
  if (isNarrow) return short;
  return [
    ...short,
    {
      id: 'reason',
      heading: columns.reason,
      width: 'minmax(8rem,1.5fr)',
      cell: (one) => <EndpointReason endpoint={one} />,
      optional: true,
    },
    { id: 'url', heading: columns.url, width: 'minmax(8rem,2fr)', cell: ({ url }) => url, optional: true },
    { id: 'kind', heading: columns.kind, width: '5rem', cell: ({ kind }) => kinds[kind].short, optional: true },
    {
      id: 'success',
      heading: columns.success,
      width: '6.5rem',
      cell: ({ id }) => <SuccessRate ws={ws} id={id} />,
      right: true,
    },
    {
      id: 'durations',
      heading: columns.durations,
      width: '9rem',
      cell: ({ id }) => <Durations ws={ws} id={id} />,
      right: true,
      optional: true,
    },
  ];
}

export function EndpointsTable({
  ws,
  endpoints,
  activeId,
  empty,
}: {
  readonly ws: string;
  readonly endpoints: readonly Endpoint[];
  readonly activeId: string | undefined;
  readonly empty: ReactNode;
}): ReactNode {
  return (
    <DataTable
      label={words.navigation.endpoints}
      columns={columnsOf(ws, activeId !== undefined)}
      rows={endpoints}
      rowId={({ id }) => id}
      linkOf={({ id }) => ({ to: '/w/$ws/endpoints/$id', params: { ws, id } })}
      activeId={activeId}
      empty={empty}
    />
  );
}
