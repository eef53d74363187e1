import type { ReactNode } from 'react';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { SourceSparkline } from './source-sparkline.js';
import { SourceState } from './source-state.js';
import type { Source } from '../../queries/sources-queries.js';

/** @param isNarrow whether a source is open beside the list */
function columnsOf(ws: string, labels: ReadonlyMap<string, string>, isNarrow: boolean): Column<Source>[] {
  const { columns } = words.sources;
  const short: Column<Source>[] = [
    { id: 'name', heading: columns.name, width: 'minmax(6rem,2fr)', cell: ({ name }) => name },
    { id: 'state', heading: columns.state, width: '7.5rem', cell: (source) => <SourceState source={source} /> },
  ];
  if (isNarrow) return short;
  return [
    ...short,
    {
      id: 'sender',
      heading: columns.sender,
      width: 'minmax(7rem,1fr)',
      cell: ({ provider }) => labels.get(provider) ?? provider,
      optional: true,
    },
    {
      id: 'seen',
      heading: columns.lastSeen,
      width: '6rem',
      cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} />,
    },
    {
      id: 'refused',
      heading: columns.lastRefused,
      width: '7rem',
      cell: ({ lastRefusedAt }) => <Moment at={lastRefusedAt} />,
      optional: true,
    },
    {
      id: 'day',
      heading: columns.day,
      width: '12rem',
      cell: ({ id }) => <SourceSparkline ws={ws} sourceId={id} />,
      right: true,
      optional: true,
    },
  ];
}

export function SourcesTable({
  ws,
  sources,
  labels,
  activeId,
  empty,
}: {
  readonly ws: string;
  readonly sources: readonly Source[];
  /** The names of the senders by provider. */
  readonly labels: ReadonlyMap<string, string>;
  readonly activeId: string | undefined;
  readonly empty: ReactNode;
}): ReactNode {
  return (
    <DataTable
      label={words.navigation.sources}
      columns={columnsOf(ws, labels, activeId !== undefined)}
      rows={sources}
      rowId={({ id }) => id}
      linkOf={({ id }) => ({ to: '/w/$ws/sources/$id', params: { ws, id }, search: true })}
      activeId={activeId}
      empty={empty}
    />
  );
}
