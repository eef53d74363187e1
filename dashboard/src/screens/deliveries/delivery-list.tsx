import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { Button, buttonClass } from '../../ui/button.js';
import { DataTable } from '../../ui/data-table.js';
import { Empty, ErrorNotice, Skeleton } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { CountsBar } from './counts-bar.js';
import { useDeliveries, useSources, type Delivery } from './deliveries-queries.js';
import { deliveryColumns } from './delivery-columns.js';
import { filtersOf } from './delivery-search.js';
import { FilterBar } from './filter-bar.js';
import { ReplayDialog, type ReplayTarget } from './replay-dialog.js';
import { ReplayProgress } from './replay-progress.js';
import { SelectionBar } from './selection-bar.js';
import { useFreshDeliveries } from './use-fresh-deliveries.js';

const NONE: ReadonlySet<string> = new Set();
const idOf = ({ id }: Delivery): string => id;

/** The list with its filters, its selection and the replay of it. */
export function DeliveryList({ activeId }: { readonly activeId: string | undefined }): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const search = useSearch({ from: '/w/$ws/deliveries' });
  const filters = useMemo(() => filtersOf(search), [search]);
  const hasFilters = Object.keys(filters).length > 0;
  const list = useDeliveries(ws, filters);
  const sources = useSources(ws);
  const fresh = useFreshDeliveries(ws, filters);
  const mayReplay = useMay('webhooks:manage');
  const [selected, setSelected] = useState(NONE);
  const [target, setTarget] = useState<ReplayTarget>();
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const isSplit = activeId !== undefined;
  const columns = useMemo(() => deliveryColumns(sources, isSplit), [sources, isSplit]);

  const { hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = list;
  const lastPage = list.data?.pages.at(-1);
  // A search that found nothing in its 10,000 deliveries goes on by a click only.
  const isStopped = lastPage?.stopped === true && lastPage.items.length === 0 && hasNextPage;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData && !isStopped) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, isStopped, fetchNextPage]);

  const { count: freshCount, show } = fresh;
  useEffect(() => {
    // An empty list has no rows that could move.
    if (freshCount > 0 && rows.length === 0 && list.isSuccess) void show();
  }, [freshCount, rows.length, list.isSuccess, show]);

  const linkOf = useCallback(
    ({ id }: Delivery) => ({
      to: '/w/$ws/deliveries/$id' as const,
      params: { ws, id },
      search: (before: object) => ({ ...before, with: undefined }),
    }),
    [ws],
  );
  const selection = useMemo(() => ({ ids: selected, onChange: setSelected }), [selected]);
  useShortcuts({
    r: () => {
      if (mayReplay && selected.size > 0) setTarget({ ids: [...selected] });
    },
  });

  const { list: text } = words.deliveries;
  const clear = (): void => void navigate({ to: '/w/$ws/deliveries', params: { ws }, search: {} });
  const searchOn = isStopped && (
    <p className="flex items-center gap-2 text-sm text-muted">
      {text.searched(rows.length)}
      <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {text.searchOn}
      </Button>
    </p>
  );
  return (
    <>
      <FilterBar filters={filters} sources={sources} isSplit={isSplit} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <CountsBar filters={filters} />
        {mayReplay && (
          <SelectionBar
            selected={selected}
            onUnselect={() => setSelected(NONE)}
            onReplay={setTarget}
            filters={filters}
            isEmpty={rows.length === 0}
          />
        )}
      </div>
      <ReplayProgress />
      <ErrorNotice error={list.error} onRetry={() => void (hasNextPage ? fetchNextPage() : list.refetch())} />
      {fresh.count > 0 && (
        <Button kind="primary" size="small" className="self-center" onClick={() => void show()}>
          {text.fresh(fresh.count, fresh.isMore)}
        </Button>
      )}
      {list.data === undefined ? (
        list.error === null && <Skeleton rows={12} />
      ) : (
        <DataTable
          key={JSON.stringify(filters)}
          label={text.label}
          columns={columns}
          rows={rows}
          rowId={idOf}
          linkOf={linkOf as never}
          activeId={activeId}
          {...(mayReplay && { selection })}
          onEnd={onEnd}
          empty={
            searchOn ? null : hasFilters ? (
              <Empty text={text.noMatch}>
                <Button onClick={clear}>{text.clear}</Button>
              </Empty>
            ) : (
              <Empty text={`${text.empty} ${text.emptyHint}`}>
                <Link to="/w/$ws/sources" params={{ ws }} className={buttonClass('primary')}>
                  {text.toSources}
                </Link>
              </Empty>
            )
          }
        />
      )}
      {searchOn}
      {target !== undefined && (
        <ReplayDialog
          target={target}
          onClose={() => setTarget(undefined)}
          onStarted={(replay) => {
            setSelected(NONE);
            void navigate({ to: '.', search: (before: object) => ({ ...before, replay }), replace: true } as never);
          }}
        />
      )}
    </>
  );
}
