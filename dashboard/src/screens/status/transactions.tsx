import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Empty, ErrorNotice, Skeleton } from '../../ui/notice.js';
import { Moment } from '../../ui/moment.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { useTransactions } from './status-queries.js';

/** The transactions that the user's timers have written, newest first. */
export function Transactions(): ReactNode {
  const list = useTransactions();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { transactions: text } = words.status;
  return (
    <Panel title={text.heading} className="lg:col-span-2">
      {list.error !== null && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton rows={3} />}
      {list.data !== undefined && items.length === 0 && <Empty text={text.empty} />}
      {items.length > 0 && (
        <div className="overflow-x-auto" role="region" aria-label={text.heading} tabIndex={0}>
          <table className="w-full text-sm">
            <thead>
              <tr className="h-8 border-b border-line text-left text-muted">
                <th className="px-3 font-medium">{text.createdAt}</th>
                <th className="px-3 font-medium">{text.type}</th>
                <th className="px-3 font-medium">{text.description}</th>
                <th className="px-3 text-right font-medium">{text.amount}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ id, type, description, amount, createdAt }) => (
                <tr key={id} className="h-8 border-b border-line last:border-b-0">
                  <td className="px-3 whitespace-nowrap">
                    <Moment at={createdAt} />
                  </td>
                  <td className="px-3 font-mono text-xs">{type}</td>
                  <td className="px-3">{description}</td>
                  <td className="px-3 text-right">{amount.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <Button className="m-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words.list.more}
        </Button>
      )}
    </Panel>
  );
}
