import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { exactTime } from '../../ui/moment.js';
import { Empty } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useNames } from '../../queries/members-queries.js';

type Session = Schemas['ReachedSession'];

const { reach } = words.channels;

const STATES = { written: 'sent', echo: 'duplicate', behind: 'waiting', unknown: 'stale' } as const;

const writtenText = ({ writtenAfter, writtenBefore }: Session): string =>
  writtenAfter === null || writtenBefore === null
    ? reach.unwritten
    : reach.between(exactTime(writtenAfter), exactTime(writtenBefore));

const CELL = 'px-3 py-1.5 align-top';

/** The sessions that an event was written to, with the time of each. */
export function ReachedSessions({
  sessions,
  onMore,
}: {
  readonly sessions: readonly Session[];
  readonly onMore?: () => void;
}): ReactNode {
  const names = useNames();
  return (
    <Panel title={reach.reached}>
      {sessions.length === 0 ? (
        <Empty text={reach.nobody} />
      ) : (
        <div tabIndex={0} role="region" aria-label={reach.reached} className="overflow-x-auto">
          <table className="w-full min-w-160 text-left text-sm">
            <thead className="text-muted">
              <tr>
                {[reach.member, reach.outcome, reach.written, reach.via, reach.session, reach.node].map((heading) => (
                  <th key={heading} scope="col" className={`${CELL} font-medium`}>
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <tr key={session.sessionId + session.recordedUntil} className="border-t border-line">
                  <td className={CELL}>
                    {names.get(session.userId) ?? <CopyId id={session.userId} what={reach.member} />}
                  </td>
                  <td className={CELL}>
                    <State name={STATES[session.outcome]} word={reach.outcomes[session.outcome]} />
                  </td>
                  <td className={CELL}>{writtenText(session)}</td>
                  <td className={CELL}>{session.via}</td>
                  <td className={CELL}>
                    <CopyId id={session.sessionId} what={reach.session} />
                  </td>
                  <td className={CELL}>
                    <CopyId id={session.nodeId} what={reach.node} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {onMore !== undefined && (
        <Button className="m-3 self-start" onClick={onMore}>
          {reach.more}
        </Button>
      )}
    </Panel>
  );
}
