import { words } from '../words/words.js';
import type { Column } from '../ui/data-table.js';
import { Moment } from '../ui/moment.js';
import type { FeedEvent } from './event-feed.js';
import { channelLabel, summaryOf } from './event-words.js';

const { events } = words;

export const summaryColumn: Column<FeedEvent> = {
  id: 'summary',
  heading: events.event,
  width: 'minmax(10rem, 1fr)',
  cell: (event) => (
    <>
      {event.isMissed && (
        <span className="mr-1.5 rounded bg-warn-soft px-1 text-xs font-medium text-warn">
          <span aria-hidden="true">↺</span> {events.missed}
        </span>
      )}
      {summaryOf(event)}
    </>
  ),
};

export const typeColumn: Column<FeedEvent> = {
  id: 'type',
  heading: events.type,
  width: '11rem',
  optional: true,
  cell: ({ type }) => <span className="font-mono text-xs">{type}</span>,
};

export const channelColumn: Column<FeedEvent> = {
  id: 'channel',
  heading: events.channel,
  width: '9rem',
  optional: true,
  cell: ({ channel }) => <span title={channel}>{channelLabel(channel)}</span>,
};

export const offsetColumn: Column<FeedEvent> = {
  id: 'offset',
  heading: events.offset,
  width: '5.5rem',
  right: true,
  optional: true,
  cell: ({ offset }) => offset.toLocaleString('en'),
};

export const timeColumn: Column<FeedEvent> = {
  id: 'time',
  heading: events.time,
  width: '6rem',
  right: true,
  cell: ({ ts }) => <Moment at={ts} />,
};
