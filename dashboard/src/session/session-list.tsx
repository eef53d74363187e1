import { useState, type ReactNode } from 'react';
import type { Schemas } from '../api/api.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { Moment } from '../ui/moment.js';
import { Empty } from '../ui/notice.js';
import { PlainTable } from '../ui/plain-table.js';
import { toast } from '../ui/toast.js';
import { words } from '../words/words.js';
import { deviceName } from './device-name.js';

type Session = Schemas['Session'];

const activeAt = ({ refreshedAt, createdAt }: Session): string => refreshedAt ?? createdAt;

/** The current session first, then the one that was active last. */
const byActivity = (one: Session, other: Session): number =>
  Number(other.current) - Number(one.current) || activeAt(other).localeCompare(activeAt(one));

/** The open sessions of a user, each with its device and a button that ends it. */
export function SessionList({
  sessions,
  onEnd,
}: {
  readonly sessions: readonly Session[];
  /** Ends a session, and resolves when the list is loaded anew. */
  readonly onEnd: (session: Session) => Promise<unknown>;
}): ReactNode {
  const [asked, setAsked] = useState<Session>();
  const { sessions: text } = words;
  if (sessions.length === 0) return <Empty text={text.none} />;
  const device = deviceName(asked?.userAgent ?? null);
  return (
    <>
      <PlainTable
        label={text.list}
        rows={sessions.toSorted(byActivity)}
        rowId={({ id }) => id}
        columns={[
          { id: 'device', heading: text.columns.device, cell: (session) => <Device session={session} /> },
          {
            id: 'since',
            heading: text.columns.since,
            right: true,
            optional: true,
            cell: ({ createdAt }) => <Moment at={createdAt} />,
          },
          {
            id: 'active',
            heading: text.columns.active,
            right: true,
            cell: (session) => <Moment at={activeAt(session)} />,
          },
          {
            id: 'end',
            heading: <span className="sr-only">{text.columns.actions}</span>,
            right: true,
            cell: (session) => (
              <Button
                size="small"
                kind="danger"
                aria-label={text.endThis(deviceName(session.userAgent))}
                onClick={() => setAsked(session)}
              >
                {text.end}
              </Button>
            ),
          },
        ]}
      />
      {asked !== undefined && (
        <ConfirmDialog
          open
          onClose={() => setAsked(undefined)}
          title={text.confirm(device)}
          description={asked.current ? text.confirmCurrent : text.confirmHint}
          action={text.end}
          onConfirm={async () => {
            await onEnd(asked);
            toast(text.ended(device));
          }}
        />
      )}
    </>
  );
}

function Device({ session }: { readonly session: Session }): ReactNode {
  const { sessions: text } = words;
  return (
    <span className="flex flex-col">
      <span title={session.userAgent ?? undefined} className="break-words">
        {deviceName(session.userAgent)}
        {session.current && <span className="ml-2 rounded bg-accent-soft px-1.5 text-xs">{text.current}</span>}
      </span>
      <span className="text-xs text-muted">{session.vouchedBy === null ? session.ip : text.vouched}</span>
    </span>
  );
}
