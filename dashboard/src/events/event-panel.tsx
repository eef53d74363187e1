import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { answer, api } from '../api/api.js';
import { keyOf, useMay, useWorkspace } from '../app/workspace.js';
import type { LoggedEvent } from './logged-event.js';
import { buttonClass } from '../ui/button.js';
import { CopyId } from '../ui/copy.js';
import { JsonTree } from '../ui/json-view.js';
import { exactTime, Moment } from '../ui/moment.js';
import { Empty, Loaded } from '../ui/notice.js';
import { Facts, Panel } from '../ui/page.js';
import { words } from '../words/words.js';
import type { FeedEvent } from './event-feed.js';
import { channelLabel, summaryOf } from './event-words.js';
import { useNames } from '../queries/members-queries.js';

/** An event by its place in the log; `known` when the list has it already. */
function useEvent(channel: string, offset: number, known: FeedEvent | undefined) {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...keyOf(ws), 'event', channel, offset],
    queryFn: async (): Promise<LoggedEvent | null> => {
      const query = { channel, after: offset - 1, limit: 1 };
      const { items } = await answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query } }));
      const event = items.find((item) => item.offset === offset);
      return event === undefined ? null : event;
    },
    ...(known !== undefined && { initialData: known }),
    staleTime: Infinity,
  });
}

/** The jumps from an event to what it belongs to. */
function Jumps({ event, isInLog }: { readonly event: LoggedEvent; readonly isInLog: boolean }): ReactNode {
  const { id: ws } = useWorkspace();
  const mayAudit = useMay('audit:read');
  const { deliveryId } = (event.payload ?? {}) as { deliveryId?: unknown };
  const { events } = words;
  if (typeof deliveryId !== 'string' && !mayAudit && isInLog) return null;
  return (
    <div className="flex flex-wrap gap-2 border-b border-line p-3">
      {typeof deliveryId === 'string' && (
        <Link to="/w/$ws/deliveries/$id" params={{ ws, id: deliveryId }} className={buttonClass('primary', 'small')}>
          {events.delivery}
        </Link>
      )}
      {mayAudit && (
        <Link
          to="/w/$ws/channels/reach/$eventId"
          params={{ ws, eventId: event.id }}
          className={buttonClass('plain', 'small')}
        >
          {events.reach}
        </Link>
      )}
      {!isInLog && (
        <Link
          to="/w/$ws/channels/$"
          params={{ ws, _splat: event.channel }}
          search={{ at: event.offset }}
          className={buttonClass('plain', 'small')}
        >
          {events.log}
        </Link>
      )}
    </div>
  );
}

function Details({ event, isInLog }: { readonly event: LoggedEvent; readonly isInLog: boolean }): ReactNode {
  const names = useNames();
  const actor = event.actor === null ? undefined : names.get(event.actor);
  const { events } = words;
  return (
    <>
      <Jumps event={event} isInLog={isInLog} />
      <Facts
        facts={[
          [
            events.type,
            <code key="type" className="font-mono text-xs">
              {event.type}
            </code>,
          ],
          [events.channel, <CopyId key="channel" id={event.channel} what={events.channel} whole />],
          [events.offset, event.offset.toLocaleString('en')],
          [events.id, <CopyId key="id" id={event.id} what={events.id} />],
          [
            events.time,
            <span key="time">
              {exactTime(event.ts)} (<Moment at={event.ts} />)
            </span>,
          ],
          [
            events.actor,
            event.actor === null
              ? events.noActor
              : (actor ?? <CopyId key="actor" id={event.actor} what={events.actor} />),
          ],
        ]}
      />
      <h3 className="border-t border-line px-3 pt-2">{events.payload}</h3>
      <JsonTree value={event.payload} />
    </>
  );
}

/** One event beside its list, with its payload as a tree. */
export function EventPanel({
  channel,
  offset,
  known,
  close,
  isInLog = false,
}: {
  readonly channel: string;
  readonly offset: number;
  readonly known: FeedEvent | undefined;
  /** The address of the list without the event. */
  readonly close: LinkProps;
  /** Whether the list is the log of its channel. */
  readonly isInLog?: boolean;
}): ReactNode {
  const query = useEvent(channel, offset, known);
  const { events } = words;
  return (
    <Panel
      title={query.data ? summaryOf(query.data) : `${channelLabel(channel)} ${offset.toLocaleString('en')}`}
      className="min-h-0 max-lg:grow lg:w-112 lg:shrink-0 lg:overflow-y-auto"
      actions={
        <Link {...close} aria-label={events.close} title={events.close} className={buttonClass('quiet', 'small')}>
          <X className="size-4" aria-hidden="true" />
        </Link>
      }
    >
      <Loaded query={query}>
        {(event) => (event === null ? <Empty text={events.gone} /> : <Details event={event} isInLog={isInLog} />)}
      </Loaded>
    </Panel>
  );
}
