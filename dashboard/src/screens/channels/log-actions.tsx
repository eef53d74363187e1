import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { words } from '../../words/words.js';
import type { ChannelRow } from './channels-queries.js';
import { DeleteTopicDialog } from './delete-topic-dialog.js';
import { useMayPublish } from './may-publish.js';
import { PublishDialog } from './publish-dialog.js';

/** The actions that the signed-in user may take on a channel. */
export function LogActions({
  channel,
  row,
}: {
  readonly channel: string;
  readonly row: ChannelRow | undefined;
}): ReactNode {
  const mayPublish = useMayPublish(channel);
  const [open, setOpen] = useState<'publish' | 'delete'>();
  const close = (): void => setOpen(undefined);
  const { channels } = words;
  if (!mayPublish) return null;
  const path = channel.slice(channel.indexOf('/') + 1);
  return (
    <>
      <Button size="small" onClick={() => setOpen('publish')}>
        {channels.publishHere}
      </Button>
      {row !== undefined && (
        <Button size="small" kind="danger" onClick={() => setOpen('delete')}>
          {channels.deleteTopic}
        </Button>
      )}
      {open === 'publish' && <PublishDialog path={path} onClose={close} />}
      {open === 'delete' && row !== undefined && <DeleteTopicDialog topic={row} onClose={close} />}
    </>
  );
}
