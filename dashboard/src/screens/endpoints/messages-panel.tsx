import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import type { Message, MessageStatus } from './endpoints-queries.js';
import { MessageDialog } from './message-dialog.js';
import { replayFailed, useMessages } from './messages-queries.js';
import { ReplayDialog } from './replay-dialog.js';
import { ReplayProgress } from './replay-progress.js';
import { useLiveMessages } from './use-live-messages.js';

const STATUSES: readonly (MessageStatus | undefined)[] = [undefined, 'pending', 'delivered', 'failed'];

function columns(): Column<Message>[] {
  const { messages } = words.endpoints;
  return [
    { id: 'type', heading: messages.type, width: 'minmax(6rem,2fr)', cell: ({ eventType }) => eventType },
    { id: 'status', heading: messages.status, width: '6.5rem', cell: ({ status }) => <State name={status} /> },
    {
      id: 'attempts',
      heading: messages.attempts,
      width: '5rem',
      cell: ({ attempts }) => attempts,
      right: true,
      optional: true,
    },
    {
      id: 'next',
      heading: messages.next,
      width: '7rem',
      cell: ({ nextAttemptAt }) => <Moment at={nextAttemptAt} none="" />,
      optional: true,
    },
    { id: 'error', heading: messages.error, width: 'minmax(6rem,2fr)', cell: ({ error }) => error, optional: true },
    { id: 'created', heading: messages.created, width: '6.5rem', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}

/** The messages to an endpoint by status, with their replays. One of them opens above the list. */
export function MessagesPanel({ ws, endpointId: id }: { readonly ws: string; readonly endpointId: string }): ReactNode {
  const { messages } = words.endpoints;
  const { status, message, replay } = useSearch({ from: '/w/$ws/endpoints/$id' });
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  const query = useMessages(ws, id, status);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const { fresh, show } = useLiveMessages(ws, id, status, rows);
  const go = (change: { status?: MessageStatus; message?: string; replay?: string }): void =>
    void navigate({ to: '/w/$ws/endpoints/$id', params: { ws, id }, search: change });
  const kept = { ...(status !== undefined && { status }), ...(replay !== undefined && { replay }) };
  const replayAllFailed = async (): Promise<void> => {
    try {
      toast(messages.replayed(await replayFailed(ws, id)));
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Panel
      title={messages.title}
      actions={
        <>
          <Button size="small" onClick={() => void replayAllFailed()}>
            {messages.replayFailed}
          </Button>
          <Button size="small" onClick={() => setAsks(true)}>
            {messages.replayMany}
          </Button>
        </>
      }
    >
      {replay !== undefined && (
        <ReplayProgress
          ws={ws}
          endpointId={id}
          replayId={replay}
          onClose={() => go(status === undefined ? {} : { status })}
        />
      )}
      <div className="flex flex-wrap items-center gap-1 px-2 py-1.5">
        <span role="group" aria-label={messages.filter} className="flex flex-wrap gap-1">
          {STATUSES.map((one) => (
            <button
              key={one ?? 'all'}
              type="button"
              aria-pressed={one === status}
              onClick={() => go({ ...(one !== undefined && { status: one }), ...(replay !== undefined && { replay }) })}
              className={classes(
                'h-7 rounded px-2 text-sm',
                one === status ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-hover',
              )}
            >
              {one === undefined ? messages.all : words.states[one]}
            </button>
          ))}
        </span>
        {fresh > 0 && (
          <Button size="small" kind="primary" onClick={show}>
            {words.list.fresh(fresh)}
          </Button>
        )}
      </div>
      <div className="flex h-96 flex-col px-2 pb-2">
        <Loaded query={query}>
          {() => (
            <DataTable
              label={messages.title}
              columns={columns()}
              rows={rows}
              rowId={(row) => row.id}
              linkOf={(row) => ({
                to: '/w/$ws/endpoints/$id',
                params: { ws, id },
                search: { ...kept, message: row.id },
                resetScroll: false,
              })}
              activeId={message}
              onEnd={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
              empty={<Empty text={status === undefined ? messages.none : messages.noneOf(words.states[status])} />}
            />
          )}
        </Loaded>
      </div>
      {message !== undefined && <MessageDialog ws={ws} endpointId={id} messageId={message} onClose={() => go(kept)} />}
      {asks && (
        <ReplayDialog
          ws={ws}
          endpointId={id}
          onClose={() => setAsks(false)}
          onStarted={(started) => go({ ...(status !== undefined && { status }), replay: started })}
        />
      )}
    </Panel>
  );
}
