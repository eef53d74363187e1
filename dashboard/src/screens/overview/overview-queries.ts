import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { answer, api } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { latencyOf } from './latency.js';
import { RANGES, type Range } from './overview-search.js';

/** So many sources and endpoints have figures of their own: each takes a call. */
export const DETAILED = 20;
/** How many items of a list are counted. */
export const COUNTED = 200;
const DAY_MS = 86_400_000;

/** Figures that are loaded again as events arrive: `now` soon, `day` now and then. */
const nowKey = (ws: string) => [...keyOf(ws), 'overview', 'now'] as const;
const dayKey = (ws: string) => [...keyOf(ws), 'overview', 'day'] as const;

const sinceNow = (ms: number): string => new Date(Date.now() - ms).toISOString();

export function useStats(range: Range) {
  const { id: ws } = useWorkspace();
  const { seconds, bucket } = RANGES[range];
  return useQuery({
    queryKey: [...nowKey(ws), 'stats', range],
    queryFn: () => {
      const query = { since: sinceNow(seconds * 1_000), bucket: String(bucket) };
      return answer(api.GET('/v1/workspaces/{ws}/deliveries/stats', { params: { path: { ws }, query } }));
    },
    enabled: useMay('webhooks:read'),
    placeholderData: (before) => before,
  });
}

/** Up to 200 deliveries of a status, newest first. */
export function useDeliveriesWith(status: 'received' | 'failed') {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...nowKey(ws), status],
    queryFn: () =>
      answer(
        api.GET('/v1/workspaces/{ws}/deliveries', { params: { path: { ws }, query: { status, limit: COUNTED } } }),
      ),
    enabled: useMay('webhooks:read'),
  });
}

/** Up to 200 refused requests of the range, newest first. */
export function useRefused(range: Range) {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...dayKey(ws), 'refused', range],
    queryFn: () => {
      const query = { since: sinceNow(RANGES[range].seconds * 1_000), limit: COUNTED };
      return answer(api.GET('/v1/workspaces/{ws}/refused', { params: { path: { ws }, query } }));
    },
    enabled: useMay('webhooks:read'),
  });
}

/** The time from the acceptance of a webhook to its event, of the newest deliveries. */
export function useLatency() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...dayKey(ws), 'latency'],
    queryFn: async () => {
      const path = { ws };
      const [deliveries, events] = await Promise.all([
        answer(
          api.GET('/v1/workspaces/{ws}/deliveries', { params: { path, query: { limit: 100, status: 'processed' } } }),
        ),
        answer(
          api.GET('/v1/workspaces/{ws}/events', {
            params: { path, query: { channel: `webhooks:${ws}`, latest: 100 } },
          }),
        ),
      ]);
      return latencyOf(deliveries.items, events.items) ?? null;
    },
    enabled: useMay('webhooks:read'),
  });
}

export function useSources() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...dayKey(ws), 'sources'],
    queryFn: () =>
      answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path: { ws }, query: { limit: COUNTED } } })),
    enabled: useMay('webhooks:read'),
  });
}

export function useEndpoints() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...dayKey(ws), 'endpoints'],
    queryFn: () =>
      answer(api.GET('/v1/workspaces/{ws}/endpoints', { params: { path: { ws }, query: { limit: COUNTED } } })),
    enabled: useMay('webhooks:manage'),
  });
}

/** The deliveries of the last 24 hours by hour, of each source. */
export function useSourceStats(sourceIds: readonly string[]) {
  const { id: ws } = useWorkspace();
  return useQueries({
    queries: sourceIds.map((sourceId) => ({
      queryKey: [...dayKey(ws), 'source-stats', sourceId],
      queryFn: () => {
        const query = { since: sinceNow(DAY_MS), bucket: 'hour', sourceId };
        return answer(api.GET('/v1/workspaces/{ws}/deliveries/stats', { params: { path: { ws }, query } }));
      },
    })),
  });
}

export function useEndpointStats(ids: readonly string[]) {
  const { id: ws } = useWorkspace();
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: [...dayKey(ws), 'endpoint-stats', id],
      queryFn: () => answer(api.GET('/v1/workspaces/{ws}/endpoints/{id}/stats', { params: { path: { ws, id } } })),
    })),
  });
}

/** Calls `run` soon after a call, and at most once in `everyMs`. */
function useThrottle(run: () => void, everyMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ranAt = useRef(-Infinity);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        ranAt.current = performance.now();
        run();
      },
      Math.max(200, ranAt.current + everyMs - performance.now()),
    );
  };
}

/** Loads the figures again as webhooks arrive, at a bounded rate. */
export function useLiveFigures(): void {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const now = useThrottle(() => void queries.invalidateQueries({ queryKey: nowKey(ws) }), 3_000);
  const day = useThrottle(() => void queries.invalidateQueries({ queryKey: dayKey(ws) }), 10_000);
  useWorkspaceEvents(({ type }) => {
    if (!/^(?:webhook|source):/.test(type)) return;
    now();
    day();
  });
}
