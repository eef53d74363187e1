import type { Schemas } from '../../api/api.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import type { Delivery } from './deliveries-queries.js';

const { list } = words.deliveries;

const WHAT: Column<Delivery> = {
  id: 'delivery',
  heading: list.delivery,
  width: 'minmax(12rem, 3fr)',
  cell: ({ status, title, eventType, error, test, duplicateOf, repeats }) => (
    <>
      <span className="inline-block w-24">
        <State name={status} />
      </span>
      {test && (
        <>
          <State name="test" />{' '}
        </>
      )}
      {duplicateOf !== null && (
        <>
          <State name="duplicate" />{' '}
        </>
      )}
      {repeats !== null && (
        <>
          <State name="replayed" />{' '}
        </>
      )}
      <span title={error ?? title ?? undefined}>{title ?? eventType ?? error ?? list.untitled}</span>
    </>
  ),
};

const RECEIVED: Column<Delivery> = {
  id: 'receivedAt',
  heading: list.receivedAt,
  width: '5.5rem',
  right: true,
  optional: true,
  cell: ({ receivedAt }) => <Moment at={receivedAt} />,
};

/** The columns of the list; fewer when a delivery is open beside it. */
export function deliveryColumns(
  sources: ReadonlyMap<string, Schemas['Source']>,
  isSplit: boolean,
): readonly Column<Delivery>[] {
  if (isSplit) return [WHAT, RECEIVED];
  return [
    WHAT,
    {
      id: 'eventType',
      heading: list.eventType,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ eventType }) => <span className="font-mono text-xs">{eventType}</span>,
    },
    {
      id: 'source',
      heading: list.source,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ sourceId }) => sources.get(sourceId)?.name ?? (sources.size === 0 ? '' : list.deletedSource),
    },
    {
      id: 'sender',
      heading: list.sender,
      width: 'minmax(4rem, 0.8fr)',
      optional: true,
      cell: ({ sender }) => sender,
    },
    {
      id: 'attempts',
      heading: list.attempts,
      width: '5rem',
      right: true,
      optional: true,
      cell: ({ attempts }) => attempts.toLocaleString('en'),
    },
    RECEIVED,
  ];
}
