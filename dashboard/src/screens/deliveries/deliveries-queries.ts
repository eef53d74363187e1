import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf } from '../../app/workspace.js';
import { apiFilterOf, type DeliveryFilters } from './delivery-search.js';

export type Delivery = Schemas['Delivery'];
export interface DeliveriesPage {
  readonly items: Delivery[];
  readonly nextCursor: string | null;
  readonly stopped: boolean;
}
export type Deliveries = InfiniteData<DeliveriesPage, string | undefined>;

export const PAGE = 200;
/** Before the first delivery of any installation. */
const EVER = '1970-01-01T00:00:00.000Z';
const LONG_BUCKET = '9999999';

export const listsKey = (ws: string) => [...keyOf(ws), 'deliveries', 'list'] as const;
export const listKey = (ws: string, filters: DeliveryFilters) => [...listsKey(ws), filters] as const;
export const statsKey = (ws: string) => [...keyOf(ws), 'deliveries', 'stats'] as const;

export const loadPage = (
  ws: string,
  filters: DeliveryFilters,
  options: { readonly cursor?: string | undefined; readonly limit?: number; readonly signal?: AbortSignal } = {},
): Promise<DeliveriesPage> => {
  const { test, ...filter } = apiFilterOf(filters);
  return answer(
    api.GET('/v1/workspaces/{ws}/deliveries', {
      params: {
        path: { ws },
        query: {
          ...filter,
          ...(test !== undefined && { test: String(test) }),
          limit: options.limit ?? PAGE,
          ...(options.cursor !== undefined && { cursor: options.cursor }),
        } as never,
      },
      ...(options.signal !== undefined && { signal: options.signal }),
    }),
  );
};

/** The list, newest first. The cache gives each filter a list of its own, and cancels calls that are not shown. */
export const useDeliveries = (ws: string, filters: DeliveryFilters): UseInfiniteQueryResult<Deliveries> =>
  useInfiniteQuery({
    queryKey: listKey(ws, filters),
    queryFn: ({ pageParam, signal }) => loadPage(ws, filters, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    // New rows are added on demand, see use-fresh-deliveries.ts: loading all pages again would move the rows.
    staleTime: Infinity,
  });

export interface StatusCounts {
  readonly received: number;
  readonly processed: number;
  readonly failed: number;
  readonly stopped: boolean;
}

/** Counts by status in the window and of the source of the filters; the API counts by no other filter. */
export async function loadCounts(ws: string, filters: DeliveryFilters, signal?: AbortSignal): Promise<StatusCounts> {
  const { since, until, sourceId } = apiFilterOf(filters);
  const { buckets, stopped } = await answer(
    api.GET('/v1/workspaces/{ws}/deliveries/stats', {
      params: {
        path: { ws },
        query: {
          since: since ?? EVER,
          bucket: LONG_BUCKET,
          ...(until !== undefined && { until }),
          ...(sourceId !== undefined && { sourceId }),
        },
      },
      ...(signal !== undefined && { signal }),
    }),
  );
  const sum = (status: 'received' | 'processed' | 'failed') =>
    buckets.reduce((total, bucket) => total + bucket[status], 0);
  return { received: sum('received'), processed: sum('processed'), failed: sum('failed'), stopped };
}

export const useCounts = (ws: string, filters: DeliveryFilters): UseQueryResult<StatusCounts> => {
  const { since, until, sourceId } = filters;
  return useQuery({
    queryKey: [...statsKey(ws), { since, until, sourceId }],
    queryFn: ({ signal }) => loadCounts(ws, { since, until, sourceId }, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
};

/** All sources of the workspace by their ids. */
export function useSources(ws: string): ReadonlyMap<string, Schemas['Source']> {
  const { data } = useQuery({
    queryKey: [...keyOf(ws), 'deliveries', 'sources'],
    queryFn: async ({ signal }) => {
      const sources: Schemas['Source'][] = [];
      for (let cursor: string | undefined; ;) {
        const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
        const page = await answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path: { ws }, query }, signal }));
        sources.push(...page.items);
        if (page.nextCursor === null) return sources;
        cursor = page.nextCursor;
      }
    },
  });
  return useMemo(() => new Map(data?.map((source) => [source.id, source])), [data]);
}
