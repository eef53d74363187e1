import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { ErrorNotice, Skeleton } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { usePeople } from '../../queries/members-queries.js';
import { useReach } from './delivery-queries.js';
import { clockTime, WayStep } from './way-step.js';

const { way } = words.deliveries;

function timeOf({ writtenAfter, writtenBefore }: Schemas['ReachedSession']): string {
  if (writtenBefore === null) return '';
  return writtenAfter === null
    ? way.by(clockTime(writtenBefore))
    : way.between(clockTime(writtenAfter), clockTime(writtenBefore));
}

/** The sockets and streams that the event was written to. */
export function ReachedSessions({ eventId }: { readonly eventId: string }): ReactNode {
  const { id: ws } = useWorkspace();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReach(ws, eventId);
  const { nameOf } = usePeople();
  const sessions = data?.pages.flatMap(({ items }) => items) ?? [];
  const first = data?.pages[0];
  const users = new Set(sessions.map(({ userId }) => userId)).size;
  return (
    <WayStep name={way.reached} tone={sessions.length > 0 ? 'good' : 'calm'}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={2} />}
      {data !== undefined && <p>{sessions.length === 0 ? way.reachNone : way.sessions(sessions.length, users)}</p>}
      {first?.complete === false && <p className="text-muted">{way.reachIncomplete}</p>}
      <ul className="flex flex-col gap-1">
        {sessions.map((session) => (
          <li key={session.sessionId} className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-medium">{nameOf(session.userId)}</span>
            <span>{way.via[session.via]}</span>
            <span>{way.outcomes[session.outcome]}</span>
            <span className="font-mono text-xs text-muted">{timeOf(session)}</span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button size="small" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {way.more}
        </Button>
      )}
    </WayStep>
  );
}
