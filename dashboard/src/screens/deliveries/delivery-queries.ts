import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useMay } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { loadPage } from './deliveries-queries.js';

export type DeliveryDetail = Schemas['DeliveryDetail'];

const REPLAYED_MS = 500;
/** Cancels nothing else than these calls: a delivery, its attempts, its event, its sessions and its messages. */
const oneKey = (ws: string, id: string) => [...keyOf(ws), 'deliveries', 'one', id] as const;

/** One delivery. The cache keeps it apart by `webhooks:bodies`, so that a body goes and comes with that permission. */
export function useDelivery(ws: string, id: string | undefined, isReplaying = false) {
  const mayReadBodies = useMay('webhooks:bodies');
  return useQuery({
    queryKey: [...oneKey(ws, id ?? ''), 'detail', mayReadBodies],
    enabled: id !== undefined,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/workspaces/{ws}/deliveries/{id}', { params: { path: { ws, id: id ?? '' } }, signal })),
    // A second success publishes no event, so a replay is asked for its end.
    refetchInterval: ({ state }) => (isReplaying && state.data?.status === 'received' ? REPLAYED_MS : false),
  });
}

export function useAttempts(ws: string, id: string, isReplaying: boolean, status: string | undefined) {
  const query = useQuery({
    queryKey: [...oneKey(ws, id), 'attempts'],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/workspaces/{ws}/deliveries/{id}/attempts', { params: { path: { ws, id } }, signal })),
    select: ({ items }) => items,
  });
  const { refetch } = query;
  const isSettled = status !== 'received';
  useEffect(() => {
    if (isReplaying && isSettled) void refetch();
  }, [isReplaying, isSettled, refetch]);
  return query;
}

/** The event itself, for its time. */
export const useEvent = (ws: string, place: DeliveryDetail['event']) =>
  useQuery({
    queryKey: [...keyOf(ws), 'event', place?.id],
    enabled: place !== null,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const { channel, offset } = place ?? { channel: '', offset: 1 };
      const query = { channel, after: offset - 1, limit: 1 };
      const page = await answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query }, signal }));
      return page.items[0] ?? null;
    },
  });

/** The sessions that got an event, page by page. */
export const useReach = (ws: string, eventId: string) =>
  useInfiniteQuery({
    queryKey: [...keyOf(ws), 'reach', eventId],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/v1/workspaces/{ws}/events/{id}/reach', {
          params: {
            path: { ws, id: eventId },
            query: { limit: 200, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // The record of an event is complete after about two seconds.
    staleTime: 2_000,
    refetchInterval: ({ state }) => {
      const page = state.data?.pages[0];
      if (page === undefined || page.complete) return false;
      return Date.now() - Date.parse(page.event.at) < 10_000 ? 2_000 : false;
    },
  });

export interface EndpointMessage {
  readonly endpoint: Schemas['Endpoint'];
  readonly message: Schemas['Message'];
}

const ENDPOINTS = 50;
const MESSAGES = 200;

/** The messages of the endpoints about an event, among the newest messages of each: the API finds none by event. */
export const useEndpointMessages = (ws: string, eventId: string) =>
  useQuery({
    queryKey: [...keyOf(ws), 'messages-of', eventId],
    queryFn: async ({ signal }) => {
      const path = { ws };
      const query = { limit: ENDPOINTS };
      const { items } = await answer(api.GET('/v1/workspaces/{ws}/endpoints', { params: { path, query }, signal }));
      const found = await Promise.all(
        items.map(async (endpoint): Promise<EndpointMessage[]> => {
          const page = await answer(
            api.GET('/v1/workspaces/{ws}/endpoints/{endpointId}/messages', {
              params: { path: { ws, endpointId: endpoint.id }, query: { limit: MESSAGES } },
              signal,
            }),
          );
          return page.items.flatMap((message) => (message.eventId === eventId ? [{ endpoint, message }] : []));
        }),
      );
      return { messages: found.flat(), endpoints: items.length };
    },
  });

/** The ten deliveries of the same source before this one. */
export const useEarlier = (ws: string, { id, sourceId, receivedAt }: DeliveryDetail) =>
  useQuery({
    queryKey: [...oneKey(ws, id), 'earlier'],
    queryFn: async ({ signal }) => {
      // The end of a window is exclusive, and deliveries of one batch have the same time.
      const until = new Date(Date.parse(receivedAt) + 1).toISOString();
      const { items } = await loadPage(ws, { sourceId, until }, { limit: 20, signal });
      const place = items.findIndex((item) => item.id === id);
      return items.slice(place + 1, place + 11);
    },
  });

/** Loads a delivery again when its event arrives. @returns whether a replay of it was asked for, and a way to ask */
export function useReplayOne(ws: string, id: string) {
  const queries = useQueryClient();
  const [replayed, setReplayed] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = () => queries.invalidateQueries({ queryKey: oneKey(ws, id) });
  useEffect(() => () => clearTimeout(timer.current), []);
  useWorkspaceEvents(({ type, payload }) => {
    if (payload['deliveryId'] !== id || (type !== 'webhook:received' && type !== 'webhook:failed')) return;
    // One delivery may have an event for each of its items.
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void reload(), 100);
  });
  return {
    isReplaying: replayed === id,
    replay: async (): Promise<void> => {
      await answer(api.POST('/v1/workspaces/{ws}/deliveries/{id}/replay', { params: { path: { ws, id } } }));
      setReplayed(id);
      await reload();
    },
  };
}
