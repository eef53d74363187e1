import type { ReactNode } from 'react';
import { CopyId } from '../../ui/copy.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { useNames } from '../../queries/members-queries.js';
import type { ChannelRow } from './channels-queries.js';
import { useFollowers } from './use-followers.js';

/** How many followers are named. */
const NAMED = 8;

/** The users that follow the channel now, by name as far as this user may know the members. */
function FollowersLine({ channel }: { readonly channel: string }): ReactNode {
  const followers = useFollowers(channel);
  const names = useNames();
  const { channels } = words;
  if (followers === undefined) return null;
  const named = followers.userIds.slice(0, NAMED);
  return (
    <p className="text-sm">
      <span className="font-medium">{channels.followers(followers.count)}</span>
      {named.length > 0 && ': '}
      {named.map((userId, index) => (
        <span key={userId}>
          {index > 0 && ', '}
          {names.get(userId) ?? <CopyId id={userId} what={channels.user} />}
        </span>
      ))}
      {followers.count > named.length && ` ${channels.others(followers.count - named.length)}`}
    </p>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <span className="whitespace-nowrap">
    <span className="text-muted">{name}</span> {children}
  </span>
);

/** The figures of one channel, and who follows it. */
export function ChannelFacts({
  channel,
  row,
  head,
}: {
  channel: string;
  row: ChannelRow | undefined;
  head: number | null;
}): ReactNode {
  const { channels } = words;
  const count = (value: number | null | undefined): string => value?.toLocaleString('en') ?? channels.untold;
  const newest = Math.max(head ?? 0, row?.head ?? 0);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <Fact name={channels.head}>{head === null && row?.head == null ? channels.untold : count(newest)}</Fact>
        {row?.isTopic === true && (
          <>
            <Fact name={channels.tail}>{count(row.tail)}</Fact>
            <Fact name={channels.size}>{count(newest - (row.tail ?? 0))}</Fact>
          </>
        )}
        <Fact name={channels.lastEvent}>
          <Moment at={row?.lastEventAt} none={channels.untold} />
        </Fact>
        <CopyId id={channel} what={channels.one} whole />
      </div>
      <FollowersLine channel={channel} />
    </div>
  );
}
