import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, type ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { DataTable, type Column } from '../../../ui/data-table.js';
import { Select } from '../../../ui/field.js';
import { Moment } from '../../../ui/moment.js';
import { Empty, ErrorNotice, Skeleton } from '../../../ui/notice.js';
import { State } from '../../../ui/state.js';
import { words } from '../../../words/words.js';
import { useSources } from '../deliveries-queries.js';
import { CAUSES } from '../delivery-search.js';
import { useRefused, type Refused } from './refused-queries.js';

const { refused: text, filters: filterText, list: listText } = words.deliveries;
const idOf = ({ id }: Refused): string => id;

const CAUSE: Column<Refused> = {
  id: 'cause',
  heading: text.cause,
  width: 'minmax(11rem, 1.2fr)',
  cell: ({ cause, deliveryId }) =>
    deliveryId === null ? (
      <State name="refused" word={text.causes[cause]} />
    ) : (
      <State name="processed" word={text.accepted} />
    ),
};
const EXPLANATION: Column<Refused> = {
  id: 'explanation',
  heading: text.explanation,
  width: 'minmax(8rem, 3fr)',
  optional: true,
  cell: ({ detail }) => <span title={detail.explanation}>{detail.explanation}</span>,
};
const SIZE: Column<Refused> = {
  id: 'size',
  heading: text.size,
  width: '5rem',
  right: true,
  optional: true,
  cell: ({ bodySize }) => bodySize?.toLocaleString('en'),
};
const RECEIVED: Column<Refused> = {
  id: 'receivedAt',
  heading: text.receivedAt,
  width: '5.5rem',
  right: true,
  cell: ({ receivedAt }) => <Moment at={receivedAt} />,
};

export function RefusedList({ activeId }: { readonly activeId: string | undefined }): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const search = useSearch({ from: '/w/$ws/deliveries/refused' });
  const sources = useSources(ws);
  const { data, error, refetch, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage } = useRefused(ws, search);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const isSplit = activeId !== undefined;
  const columns = useMemo((): readonly Column<Refused>[] => {
    const source: Column<Refused> = {
      id: 'source',
      heading: text.source,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ sourceId }) => sources.get(sourceId)?.name ?? (sources.size === 0 ? '' : listText.deletedSource),
    };
    return isSplit ? [CAUSE, source, RECEIVED] : [CAUSE, source, EXPLANATION, SIZE, RECEIVED];
  }, [isSplit, sources]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const linkOf = useCallback(
    ({ id }: Refused) => ({ to: '/w/$ws/deliveries/refused/$id' as const, params: { ws, id }, search: true }),
    [ws],
  );
  const change = (changed: object): void =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, ...changed }) } as never);
  const hasFilters = search.sourceId !== undefined || search.cause !== undefined;
  return (
    <>
      <div role="search" aria-label={filterText.label} className="flex flex-wrap gap-2">
        <Select
          aria-label={text.cause}
          value={search.cause ?? ''}
          onChange={({ target }) => change({ cause: target.value || undefined })}
          className="min-w-32 flex-1"
        >
          <option value="">{text.anyCause}</option>
          {CAUSES.map((cause) => (
            <option key={cause} value={cause}>
              {text.causes[cause]}
            </option>
          ))}
        </Select>
        <Select
          aria-label={filterText.source}
          value={search.sourceId ?? ''}
          onChange={({ target }) => change({ sourceId: target.value || undefined })}
          className="min-w-32 flex-1"
        >
          <option value="">{filterText.anySource}</option>
          {[...sources.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Button busy={isFetching} onClick={() => void refetch()}>
          {text.reload}
        </Button>
      </div>
      <p className="text-xs text-muted">{text.hint}</p>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={10} />
      ) : (
        <DataTable
          label={text.label}
          columns={columns}
          rows={rows}
          rowId={idOf}
          linkOf={linkOf as never}
          activeId={activeId}
          onEnd={onEnd}
          empty={
            <Empty text={hasFilters ? text.noMatch : text.empty}>
              {hasFilters && (
                <Button onClick={() => change({ cause: undefined, sourceId: undefined })}>{listText.clear}</Button>
              )}
            </Empty>
          }
        />
      )}
    </>
  );
}
