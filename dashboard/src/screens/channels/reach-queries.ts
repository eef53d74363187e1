import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';
import { keyOf, useWorkspace } from '../../app/workspace.js';

/** An event younger than this may not be recorded completely. */
const RECENT_MS = 10_000;
const AGAIN_MS = 2_000;

const pathOf = (ws: string, id: string) => ({ path: { ws, id } });

/** The sessions that an event was written to. A recent one is asked for again until its record is complete. */
export function useReach(eventId: string) {
  const { id: ws } = useWorkspace();
  return useInfiniteQuery({
    queryKey: [...keyOf(ws), 'reach', eventId],
    queryFn: ({ pageParam }) => {
      const query = { limit: 100, ...(pageParam !== '' && { cursor: pageParam }) };
      return answer(api.GET('/v1/workspaces/{ws}/events/{id}/reach', { params: { ...pathOf(ws, eventId), query } }));
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state: { data } }) => {
      const page = data?.pages[0];
      const isRecent = page !== undefined && Date.now() - Date.parse(page.event.at) < RECENT_MS;
      return isRecent && !page.complete ? AGAIN_MS : false;
    },
  });
}

/** The reasons for which an event was not written to these users. */
export function useReasons(eventId: string, userIds: readonly string[]) {
  const { id: ws } = useWorkspace();
  return useQueries({
    queries: userIds.map((userId) => ({
      queryKey: [...keyOf(ws), 'reach', eventId, userId],
      queryFn: async () => {
        const { user } = await answer(
          api.GET('/v1/workspaces/{ws}/events/{id}/reach', {
            params: { ...pathOf(ws, eventId), query: { userId } },
          }),
        );
        return user;
      },
    })),
  });
}
