import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../../api/api.js';
import { keyOf, useMay } from '../../../app/workspace.js';
import type { RefusedSearch } from '../delivery-search.js';

export type Refused = Schemas['RefusedRequest'];

export const refusedKey = (ws: string) => [...keyOf(ws), 'refused'] as const;

/** The refused requests, newest first. A refusal publishes no event: the list is loaded again on demand. */
export const useRefused = (ws: string, { sourceId, cause }: RefusedSearch) =>
  useInfiniteQuery({
    queryKey: [...refusedKey(ws), 'list', { sourceId, cause }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/v1/workspaces/{ws}/refused', {
          params: {
            path: { ws },
            query: {
              limit: 100,
              ...(sourceId !== undefined && { sourceId }),
              ...(cause !== undefined && { cause }),
              ...(pageParam !== undefined && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchOnWindowFocus: true,
  });

/** One refused request, for users who manage webhooks. */
export function useRefusedDetail(ws: string, id: string) {
  const mayManage = useMay('webhooks:manage');
  const mayReadBodies = useMay('webhooks:bodies');
  return useQuery({
    queryKey: [...refusedKey(ws), 'one', id, mayReadBodies],
    enabled: mayManage,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/workspaces/{ws}/refused/{id}', { params: { path: { ws, id } }, signal })),
  });
}

export const acceptRefused = (ws: string, id: string): Promise<Schemas['AcceptedRefusal']> =>
  answer(api.POST('/v1/workspaces/{ws}/refused/{id}/accept', { params: { path: { ws, id } } }));

export const trySecret = (
  ws: string,
  { sourceId, id }: Pick<Refused, 'sourceId' | 'id'>,
  secret: string,
): Promise<Schemas['SecretFit']> =>
  answer(
    api.POST('/v1/workspaces/{ws}/sources/{id}/try-secret', {
      params: { path: { ws, id: sourceId } },
      body: { secret, refusedId: id },
    }),
  );
