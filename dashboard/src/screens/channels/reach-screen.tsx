import { Link, useParams } from '@tanstack/react-router';
import RefreshCw from 'lucide-react/icons/refresh-cw';
import type { ReactNode } from 'react';
import { channelLabel } from '../../events/event-words.js';
import { buttonClass, IconButton } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { exactTime } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { Facts, Page, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { MissedMembers } from './missed-members.js';
import { useReach } from './reach-queries.js';
import { ReachedSessions } from './reached-sessions.js';

/** The users who were sent an event and when, and the ones who were not, with the reason. */
export function ReachScreen(): ReactNode {
  const { ws, eventId } = useParams({ from: '/w/$ws/channels/reach/$eventId' });
  const query = useReach(eventId);
  const { events, channels } = words;
  const { reach } = channels;
  return (
    <Page
      title={reach.heading}
      actions={
        <IconButton label={reach.refresh} disabled={query.isFetching} onClick={() => void query.refetch()}>
          <RefreshCw className="size-4" aria-hidden="true" />
        </IconButton>
      }
    >
      <Loaded query={query}>
        {({ pages }) => {
          const [first] = pages;
          if (first === undefined) return null;
          const { event, note, complete } = first;
          const sessions = pages.flatMap(({ items }) => items);
          return (
            <>
              <Panel
                title={<code className="font-mono text-base">{event.type}</code>}
                actions={
                  <Link
                    to="/w/$ws/channels/$"
                    params={{ ws, _splat: event.channel }}
                    search={{ at: event.offset }}
                    className={buttonClass('plain', 'small')}
                  >
                    {events.log}
                  </Link>
                }
              >
                <Facts
                  facts={[
                    [events.channel, channelLabel(event.channel)],
                    [events.offset, event.offset.toLocaleString('en')],
                    [events.time, exactTime(event.at)],
                    [events.id, <CopyId key="id" id={event.id} what={events.id} />],
                  ]}
                />
              </Panel>
              <p className="text-sm text-muted">{note}</p>
              {!complete && (
                <p role="status" className="rounded bg-warn-soft px-3 py-1 text-sm text-warn">
                  {reach.incomplete}
                </p>
              )}
              <ReachedSessions
                sessions={sessions}
                {...(query.hasNextPage && { onMore: () => void query.fetchNextPage() })}
              />
              {!query.hasNextPage && <MissedMembers eventId={eventId} reached={sessions} />}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
