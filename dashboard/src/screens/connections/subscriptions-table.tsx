import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Empty } from '../../ui/notice.js';
import { PlainTable } from '../../ui/plain-table.js';
import { words } from '../../words/words.js';
import { Backlog } from './connection-parts.js';

/** The channels that a connection follows, with what it has not been sent yet. */
export function SubscriptionsTable({ connection }: { readonly connection: Schemas['Connection'] }): ReactNode {
  const { connections } = words.system;
  const { channels, ofFeature } = connection;
  if (channels.length === 0) return <Empty text={ofFeature ? connections.ofFeature : connections.noChannels} />;
  return (
    <div className="border-t border-line">
      <PlainTable
        label={connections.subscriptions}
        rows={channels}
        rowId={({ channel }) => channel}
        columns={[
          {
            id: 'channel',
            heading: connections.channel,
            cell: ({ channel }) => <span className="font-mono text-xs break-all">{channel}</span>,
          },
          {
            id: 'offset',
            heading: connections.offset,
            right: true,
            cell: ({ offset }) => offset.toLocaleString('en'),
          },
          {
            id: 'behind',
            heading: connections.behind,
            right: true,
            cell: ({ behind }) => <Backlog value={behind} />,
          },
        ]}
      />
    </div>
  );
}
