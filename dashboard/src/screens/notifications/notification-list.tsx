import { useEffect, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Empty, ErrorNotice, Skeleton } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { NotificationRow } from './notification-row.js';
import { useFresh, useNotifications, useReadAll, type NotificationView } from './notification-queries.js';

/** The notifications of a view. New ones wait behind a button, so that no row moves while the list is read. */
export function NotificationList({ view }: { readonly view: NotificationView }): ReactNode {
  const list = useNotifications(view);
  const fresh = useFresh();
  const { notifications, plural } = words;
  const readAll = useReadAll((count) => toast(notifications.allRead(count)));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.data !== undefined && items.length === 0;
  const newest = items[0]?.id;
  const { count, show } = fresh;
  useEffect(() => {
    if (isEmpty && count > 0) show();
  });
  return (
    <Panel className="mt-4">
      {(view !== 'archived' || count > 0) && (
        <div className="flex min-h-10 items-center gap-2 border-b border-line px-3 py-1">
          <span className="mr-auto" role="status">
            {count > 0 && (
              <Button size="small" kind="primary" onClick={show}>
                {words.list.fresh(count)}
              </Button>
            )}
          </span>
          {newest !== undefined && items.some(({ readAt }) => readAt === null) && (
            <Button size="small" busy={readAll.isPending} onClick={() => readAll.mutate(newest)}>
              {notifications.readAll}
            </Button>
          )}
        </div>
      )}
      {list.error !== null && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {isEmpty && <Empty text={notifications.empty[view]} />}
      <ul aria-label={plural(items.length, 'notification', 'notifications')} className="divide-y divide-line">
        {items.map((notification) => (
          <NotificationRow key={notification.id} notification={notification} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="m-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words.list.more}
        </Button>
      )}
    </Panel>
  );
}
