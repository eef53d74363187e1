import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useBuiltInChannels } from '../../events/readable-channels.js';
import { channelLabel } from '../../events/event-words.js';
import { useMay } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Empty } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { LogView } from './log-view.js';

/** The log of the channel in the address; closes at once when the right to read it is taken away. */
export function ChannelLog(): ReactNode {
  const { ws, _splat: channel = '' } = useParams({ from: '/w/$ws/channels/$' });
  const { type } = useSearch({ from: '/w/$ws/channels/$' });
  const builtIn = useBuiltInChannels();
  const mayReadTopics = useMay('topics:read');
  const isReadable = channel.startsWith('topic:') ? mayReadTopics : builtIn.includes(channel);
  const { channels } = words;
  return (
    <section aria-label={channelLabel(channel)} className="flex min-h-0 min-w-0 grow flex-col gap-2">
      <Link to="/w/$ws/channels" params={{ ws }} className={`${buttonClass('quiet', 'small')} self-start xl:hidden`}>
        <span aria-hidden="true">←</span> {channels.all}
      </Link>
      {isReadable ? (
        <LogView key={`${channel} ${type ?? ''}`} channel={channel} type={type} />
      ) : (
        <Empty text={channels.unreadable} />
      )}
    </section>
  );
}
