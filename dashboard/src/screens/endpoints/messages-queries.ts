import { useInfiniteQuery, useQuery, type InfiniteData, type UseQueryResult } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';
import { queries } from '../../api/queries.js';
import { keyOf } from '../../app/workspace.js';
import type { Message, MessageStatus } from './endpoints-queries.js';

export interface MessagesPage {
  readonly items: readonly Message[];
  readonly nextCursor: string | null;
}

export type Messages = InfiniteData<MessagesPage, string | undefined>;

const PAGE = 100;
const LOOK_MS = 2_000;
const LONGEST_ATTEMPT_MS = 90_000;

export const messagesKey = (ws: string, endpointId: string) => [...keyOf(ws), 'messages', endpointId] as const;

export const loadMessages = (
  ws: string,
  endpointId: string,
  status: MessageStatus | undefined,
  cursor?: string,
): Promise<MessagesPage> =>
  answer(
    api.GET('/v1/workspaces/{ws}/endpoints/{endpointId}/messages', {
      params: {
        path: { ws, endpointId },
        query: { limit: PAGE, ...(status !== undefined && { status }), ...(cursor !== undefined && { cursor }) },
      },
    }),
  );

/** The messages to an endpoint, newest first. */
export const useMessages = (ws: string, endpointId: string, status: MessageStatus | undefined) =>
  useInfiniteQuery({
    queryKey: [...messagesKey(ws, endpointId), 'list', status ?? 'all'],
    queryFn: ({ pageParam }) => loadMessages(ws, endpointId, status, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** One message with its attempts. No event tells of an attempt, so a pending message is loaded again when it is due. */
export const useMessage = (ws: string, endpointId: string, id: string): UseQueryResult<Schemas['MessageDetail']> =>
  useQuery({
    queryKey: [...messagesKey(ws, endpointId), 'one', id],
    queryFn: () =>
      answer(
        api.GET('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/{id}', {
          params: { path: { ws, endpointId, id } },
        }),
      ),
    refetchInterval: ({ state: { data } }) => dueIn(data === undefined ? [] : [data]),
  });

/**
 * How soon to look at these messages again; false: none is pending. While an attempt runs, its message is due only
 * after the longest time that the attempt may take.
 */
export function dueIn(messages: readonly Message[]): number | false {
  const times = messages.flatMap(({ nextAttemptAt }) => (nextAttemptAt === null ? [] : Date.parse(nextAttemptAt)));
  if (times.length === 0) return false;
  return Math.max(LOOK_MS, Math.min(...times) - Date.now() - LONGEST_ATTEMPT_MS);
}

export const reloadMessages = (ws: string, endpointId: string): Promise<void> =>
  queries.invalidateQueries({ queryKey: messagesKey(ws, endpointId) });

/** @throws Problem */
export async function replayMessage(ws: string, endpointId: string, id: string): Promise<void> {
  const params = { path: { ws, endpointId, id } };
  await answer(api.POST('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/{id}/replay', { params }));
  await reloadMessages(ws, endpointId);
}

/** @returns the number of messages that are sent again @throws Problem */
export async function replayFailed(ws: string, endpointId: string): Promise<number> {
  const params = { path: { ws, endpointId } };
  const { replayed } = await answer(api.POST('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/replay', { params }));
  await reloadMessages(ws, endpointId);
  return replayed;
}

export type ReplayFilter = Schemas['CreateMessageReplayRequest']['filter'];

/** @returns the id of the replay @throws Problem */
export async function startReplay(ws: string, endpointId: string, filter: ReplayFilter): Promise<string> {
  const path = { ws, endpointId };
  const body = { filter };
  return (
    await answer(api.POST('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/replays', { params: { path }, body }))
  ).id;
}

/** A replay and its progress, of which no event tells: it is asked for while it runs. */
export const useReplay = (ws: string, endpointId: string, id: string): UseQueryResult<Schemas['MessageReplay']> =>
  useQuery({
    queryKey: [...messagesKey(ws, endpointId), 'replay', id],
    queryFn: () =>
      answer(
        api.GET('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/replays/{id}', {
          params: { path: { ws, endpointId, id } },
        }),
      ),
    refetchInterval: ({ state: { data } }) => (data?.status === 'running' || data === undefined ? 1_000 : false),
  });

/** @throws Problem */
export async function cancelReplay(ws: string, endpointId: string, id: string): Promise<void> {
  const params = { path: { ws, endpointId, id } };
  await answer(api.DELETE('/v1/workspaces/{ws}/endpoints/{endpointId}/messages/replays/{id}', { params }));
  await reloadMessages(ws, endpointId);
}
