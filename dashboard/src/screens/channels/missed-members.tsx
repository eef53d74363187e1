import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { exactTime } from '../../ui/moment.js';
import { Empty, ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useMembers } from '../../queries/members-queries.js';
import { useReasons } from './reach-queries.js';

/** Each reason is a call, so that they are asked in steps. */
const STEP = 20;

const { reach } = words.channels;

/** The members that an event was not written to, and why. */
export function MissedMembers({
  eventId,
  reached,
}: {
  readonly eventId: string;
  readonly reached: readonly Schemas['ReachedSession'][];
}): ReactNode {
  const members = useMembers().data ?? [];
  const [asked, setAsked] = useState(STEP);
  const got = new Set(reached.map(({ userId }) => userId));
  const missed = members.filter(({ userId }) => !got.has(userId));
  const shown = missed.slice(0, asked);
  const reasons = useReasons(
    eventId,
    shown.map(({ userId }) => userId),
  );
  if (members.length === 0) return null;
  return (
    <Panel title={reach.others}>
      <ErrorNotice error={reasons.find(({ error }) => error !== null)?.error} />
      {missed.length === 0 ? (
        <Empty text={reach.everybody} />
      ) : (
        <ul>
          {shown.map(({ userId, name, email }, index) => {
            const reason = reasons[index]?.data;
            return (
              <li
                key={userId}
                className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line px-3 py-1 text-sm last:border-0"
              >
                <span className="w-40 truncate" title={email}>
                  {name}
                </span>
                {reason != null && (
                  <span>
                    <State
                      name={reason.outcome === 'no-permission' ? 'refused' : 'stale'}
                      word={reach.outcomes[reason.outcome]}
                    />{' '}
                    {reason.since !== null && reach.since(exactTime(reason.since))}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {missed.length > shown.length && (
        <Button className="m-3 self-start" onClick={() => setAsked(asked + STEP)}>
          {words.list.more}
        </Button>
      )}
    </Panel>
  );
}
