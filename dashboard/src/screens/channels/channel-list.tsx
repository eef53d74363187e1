import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import type { ChannelRow } from './channels-queries.js';

const { channels } = words;

const count = (value: number | null): ReactNode =>
  value === null ? <span className="text-muted">{channels.untold}</span> : value.toLocaleString('en');

const name: Column<ChannelRow> = {
  id: 'name',
  heading: channels.name,
  width: 'minmax(8rem, 1fr)',
  cell: ({ label, isTopic, channel }) => (
    <span title={channel} className={isTopic ? 'font-mono text-xs' : 'font-medium'}>
      {label}
    </span>
  ),
};
const head: Column<ChannelRow> = {
  id: 'head',
  heading: channels.head,
  width: '5.5rem',
  right: true,
  cell: (row) => count(row.head),
};
const WIDE: readonly Column<ChannelRow>[] = [
  name,
  {
    id: 'kind',
    heading: channels.kind,
    width: '7rem',
    optional: true,
    cell: ({ isTopic }) => (isTopic ? channels.topic : channels.builtIn),
  },
  head,
  { id: 'tail', heading: channels.tail, width: '5.5rem', right: true, optional: true, cell: (row) => count(row.tail) },
  { id: 'size', heading: channels.size, width: '5.5rem', right: true, optional: true, cell: (row) => count(row.size) },
  {
    id: 'listeners',
    heading: channels.listeners,
    width: '6rem',
    right: true,
    optional: true,
    cell: (row) => count(row.listeners),
  },
  {
    id: 'last',
    heading: channels.lastEvent,
    width: '7rem',
    right: true,
    cell: ({ lastEventAt }) => <Moment at={lastEventAt} none={channels.untold} />,
  },
];
const NARROW = [name, head];

/** The channels, all their columns when no log is open beside them. */
export function ChannelList({ rows, isBeside }: { rows: readonly ChannelRow[]; isBeside: boolean }): ReactNode {
  const { ws = '', _splat } = useParams({ strict: false });
  return (
    <DataTable
      label={channels.label}
      columns={isBeside ? NARROW : WIDE}
      rows={rows}
      rowId={({ channel }) => channel}
      linkOf={({ channel }) => ({ to: '/w/$ws/channels/$', params: { ws, _splat: channel } }) as never}
      activeId={_splat}
    />
  );
}
