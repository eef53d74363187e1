import { Outlet, useParams, useSearch } from '@tanstack/react-router';
import RefreshCw from 'lucide-react/icons/refresh-cw';
import { useState, type ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Button, IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { ChannelList } from './channel-list.js';
import { useChannels } from './channels-queries.js';
import { PublishDialog } from './publish-dialog.js';

/** The channels of the workspace, and the log of one of them beside it. */
export function ChannelsScreen(): ReactNode {
  const { _splat } = useParams({ strict: false });
  const { at } = useSearch({ strict: false });
  const { rows, error, refetch, isFetching } = useChannels();
  const mayPublish = useMay('topics:publish');
  const [publishing, setPublishing] = useState(false);
  const isBeside = _splat !== undefined;
  const { channels, navigation } = words;
  return (
    <Page
      fill
      title={navigation.channels}
      actions={
        <>
          <IconButton label={channels.refresh} disabled={isFetching} onClick={() => void refetch()}>
            <RefreshCw className="size-4" aria-hidden="true" />
          </IconButton>
          {mayPublish && <Button onClick={() => setPublishing(true)}>{channels.publish}</Button>}
        </>
      }
    >
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <div className="flex min-h-0 grow gap-3">
        <div
          className={classes(
            'flex min-h-0 flex-col',
            isBeside ? 'w-72 shrink-0' : 'min-w-0 grow',
            isBeside && (at === undefined ? 'max-xl:hidden' : 'max-2xl:hidden'),
          )}
        >
          <ChannelList rows={rows} isBeside={isBeside} />
          {!isBeside && <p className="pt-2 text-xs text-muted">{channels.hint}</p>}
        </div>
        <Outlet />
      </div>
      {publishing && <PublishDialog onClose={() => setPublishing(false)} />}
    </Page>
  );
}
