import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf } from '../../app/workspace.js';
import { problemOf } from '../../api/problem.js';
import { loadCounts, loadPage, statsKey } from './deliveries-queries.js';
import { STATUSES, type DeliveryFilters, type DeliveryStatus } from './delivery-search.js';

const PROGRESS_MS = 700;
/** The most deliveries that are counted one page after the other. */
const COUNTED = 10_000;

export interface Counted {
  readonly count: number;
  /** `more`: there are more than `count`. */
  readonly state: 'counting' | 'exact' | 'more';
  readonly error?: unknown;
}

/**
 * Counts what a filter matches. The API counts by time, source and status; for other filters the pages of the list are
 * counted, up to 10,000 deliveries.
 */
export function useMatchCount(ws: string, filters: DeliveryFilters | undefined): Counted {
  const [counted, setCounted] = useState<Counted>({ count: 0, state: 'counting' });
  const key = JSON.stringify(filters);
  useEffect(() => {
    if (key === undefined) return;
    const ended = new AbortController();
    setCounted({ count: 0, state: 'counting' });
    countMatches(ws, JSON.parse(key) as DeliveryFilters, ended.signal, (next) => {
      if (!ended.signal.aborted) setCounted(next);
    }).catch((error: unknown) => {
      if (!ended.signal.aborted) setCounted({ count: 0, state: 'counting', error });
    });
    return () => ended.abort();
  }, [ws, key]);
  return counted;
}

async function countMatches(
  ws: string,
  filters: DeliveryFilters,
  signal: AbortSignal,
  tell: (counted: Counted) => void,
): Promise<void> {
  const { status, since: _since, until: _until, sourceId: _sourceId, ...others } = filters;
  if (Object.keys(others).length === 0) {
    const counts = await loadCounts(ws, filters, signal);
    const statuses: readonly DeliveryStatus[] = status === undefined ? STATUSES : [status];
    const count = statuses.reduce((sum, name) => sum + counts[name], 0);
    tell({ count, state: counts.stopped ? 'more' : 'exact' });
    return;
  }
  let count = 0;
  for (let cursor: string | undefined; count < COUNTED;) {
    const page = await loadPage(ws, filters, { cursor, signal });
    count += page.items.length;
    if (page.nextCursor === null) {
      tell({ count, state: 'exact' });
      return;
    }
    tell({ count, state: 'counting' });
    cursor = page.nextCursor;
  }
  tell({ count, state: 'more' });
}

export const replayKey = (ws: string, id: string | undefined) => [...keyOf(ws), 'deliveries', 'replay', id] as const;
export const replayTotalKey = (ws: string, id: string | undefined) => [...replayKey(ws, id), 'total'] as const;

export function startReplay(ws: string, body: Schemas['CreateReplayRequest']): Promise<Schemas['ReplayCreated']> {
  return answer(api.POST('/v1/workspaces/{ws}/deliveries/replays', { params: { path: { ws } }, body }));
}

export function cancelReplay(ws: string, id: string): Promise<unknown> {
  return answer(api.DELETE('/v1/workspaces/{ws}/deliveries/replays/{id}', { params: { path: { ws, id } } }));
}

/** The progress of a replay. A replay publishes no events, so it is asked while it runs, and only then. */
export function useReplay(ws: string, id: string | undefined): UseQueryResult<Schemas['DeliveryReplay']> {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: replayKey(ws, id),
    enabled: id !== undefined,
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/workspaces/{ws}/deliveries/replays/{id}', { params: { path: { ws, id: id ?? '' } }, signal }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.status === 'running' && !(state.error && !problemOf(state.error).isTemporary) ? PROGRESS_MS : false,
  });
  const status = query.data?.status;
  useEffect(() => {
    if (status !== undefined && status !== 'running') void queries.invalidateQueries({ queryKey: statsKey(ws) });
  }, [queries, ws, status]);
  return query;
}
