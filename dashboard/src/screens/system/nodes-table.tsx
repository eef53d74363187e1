import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { CopyId } from '../../ui/copy.js';
import { GuideLink } from '../../ui/guide-link.js';
import { Moment } from '../../ui/moment.js';
import { PlainTable } from '../../ui/plain-table.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { OPERATIONS } from './operations.js';

type Node = Schemas['Node'];

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576).toLocaleString('en')} MiB`;

function Lease({ lease }: { readonly lease: Node['lease'] }): ReactNode {
  const { leases, noLease, lostLease } = words.system.processes;
  if (lease === null) return <span className="text-muted">{noLease}</span>;
  if (lease === 'held') return <State name="live" word={leases.held} />;
  return (
    <>
      <State name="failed" word={leases.lost} />{' '}
      <GuideLink to={`operations#${OPERATIONS.lostLease}`}>{lostLease}</GuideLink>
    </>
  );
}

export function NodesTable({ nodes }: { readonly nodes: Schemas['Nodes'] }): ReactNode {
  const { processes, process } = words.system;
  return (
    <PlainTable
      label={processes.table}
      rows={nodes.items.toSorted((one, other) => one.roles.join().localeCompare(other.roles.join()))}
      rowId={({ nodeId }) => nodeId}
      columns={[
        {
          id: 'roles',
          heading: processes.roles,
          cell: ({ roles }) => <span className="whitespace-nowrap">{roles.join(', ')}</span>,
        },
        {
          id: 'id',
          heading: processes.id,
          cell: ({ nodeId }) => (
            <span className="whitespace-nowrap">
              <CopyId id={nodeId} what={process} />
              {nodeId === nodes.answeredBy && <span className="block text-xs text-muted">{processes.answering}</span>}
            </span>
          ),
        },
        { id: 'lease', heading: processes.lease, cell: ({ lease }) => <Lease lease={lease} /> },
        {
          id: 'version',
          heading: processes.version,
          cell: ({ version, node }) => (
            <>
              {version}
              <span className="block text-xs whitespace-nowrap text-muted">{processes.node(node)}</span>
            </>
          ),
        },
        { id: 'started', heading: processes.started, cell: ({ startedAt }) => <Moment at={startedAt} /> },
        {
          id: 'bus',
          heading: processes.bus,
          cell: ({ bus, busOutages }) => (
            <span className="whitespace-nowrap">
              {processes.buses[bus]}
              {busOutages > 0 && <span className="ml-1 text-warn">{processes.outages(busOutages)}</span>}
            </span>
          ),
        },
        {
          id: 'delay',
          heading: processes.delay,
          right: true,
          cell: ({ eventLoopDelayMs: { p50, p99 } }) => (
            <span className="whitespace-nowrap">{processes.percentiles(p50, p99)}</span>
          ),
        },
        { id: 'memory', heading: processes.memory, right: true, cell: ({ memory }) => mebibytes(memory.rss) },
        {
          id: 'connections',
          heading: processes.connections,
          right: true,
          cell: ({ connections }) =>
            connections === null ? (
              <span className="text-muted">{processes.none}</span>
            ) : (
              connections.toLocaleString('en')
            ),
        },
      ]}
    />
  );
}
