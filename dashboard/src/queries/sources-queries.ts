import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { allPages, pageQuery } from '../api/all-pages.js';
import { answer, api, type Schemas } from '../api/api.js';
import { queries } from '../api/queries.js';
import { keyOf } from '../app/workspace.js';

export type Source = Schemas['Source'];
export type Provider = Schemas['Provider'];
export type Stats = Schemas['DeliveryStats'];
type Change = Schemas['ChangeSourceRequest'];

export const sourcesKey = (ws: string) => [...keyOf(ws), 'sources'] as const;
export const sourceStatsKey = (ws: string) => [...keyOf(ws), 'source-stats'] as const;

/** All sources of the workspace, oldest first. No event tells of a refused request, so a visit loads them again. */
export const useSources = (ws: string): UseQueryResult<Source[]> =>
  useQuery({
    queryKey: sourcesKey(ws),
    queryFn: () =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/workspaces/{ws}/sources', {
            params: { path: { ws }, query: pageQuery(cursor) },
          }),
        ),
      ),
    refetchOnWindowFocus: true,
  });

export const useSource = (ws: string, id: string | undefined): UseQueryResult<Source> =>
  useQuery({
    queryKey: [...sourcesKey(ws), id],
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/sources/{id}', { params: { path: { ws, id: id ?? '' } } })),
    enabled: id !== undefined,
    refetchOnWindowFocus: true,
  });

/** The deliveries of the last 24 hours by hour. */
export const useSourceStats = (ws: string, sourceId: string): UseQueryResult<Stats> =>
  useQuery({
    queryKey: [...sourceStatsKey(ws), sourceId],
    queryFn: () =>
      answer(
        api.GET('/v1/workspaces/{ws}/deliveries/stats', {
          params: { path: { ws }, query: { sourceId, bucket: 'hour' } },
        }),
      ),
    staleTime: 5 * 60_000,
  });

/** The number of deliveries of a source that are kept, of the newest 200,000 in the last 30 days. */
export const useKeptDeliveries = (ws: string, sourceId: string, enabled: boolean): UseQueryResult<number> =>
  useQuery({
    queryKey: [...sourceStatsKey(ws), sourceId, 'kept'],
    queryFn: async () => {
      const since = new Date(Date.now() - 30 * 86_400_000).toISOString();
      const query = { sourceId, since, bucket: 'day' };
      const { buckets } = await answer(
        api.GET('/v1/workspaces/{ws}/deliveries/stats', { params: { path: { ws }, query } }),
      );
      return buckets.reduce((sum, bucket) => sum + totalOf(bucket), 0);
    },
    enabled,
  });

export const totalOf = ({ received, processed, failed }: Stats['buckets'][number]): number =>
  received + processed + failed;

/** The senders that a source can have, by name. They change with the release of the server only. */
export const useProviders = (): UseQueryResult<Provider[]> =>
  useQuery({
    queryKey: ['providers'],
    queryFn: async () => (await answer(api.GET('/v1/providers'))).items,
    staleTime: Infinity,
  });

export const newestDeliveryKey = (ws: string, sourceId: string) => [...keyOf(ws), 'newest-delivery', sourceId] as const;

/** The newest delivery of a source; null before the first one. */
export const useNewestDelivery = (ws: string, sourceId: string): UseQueryResult<Schemas['Delivery'] | null> =>
  useQuery({
    queryKey: newestDeliveryKey(ws, sourceId),
    queryFn: async () => {
      const query = { sourceId, limit: 1 };
      const page = await answer(api.GET('/v1/workspaces/{ws}/deliveries', { params: { path: { ws }, query } }));
      return page.items[0] ?? null;
    },
  });

/** Puts a source as the API answered it into the cache. */
export function keepSource(ws: string, source: Source): void {
  queries.setQueryData([...sourcesKey(ws), source.id], source);
  queries.setQueryData<Source[]>(sourcesKey(ws), (list) =>
    list === undefined || !list.some(({ id }) => id === source.id)
      ? list && [...list, source]
      : list.map((one) => (one.id === source.id ? source : one)),
  );
}

/** @throws Problem */
export async function createSource(
  ws: string,
  body: Schemas['CreateSourceRequest'],
): Promise<Schemas['ChangedSource']> {
  const source = await answer(api.POST('/v1/workspaces/{ws}/sources', { params: { path: { ws } }, body }));
  keepSource(ws, source);
  return source;
}

/** @throws Problem */
export async function changeSource(ws: string, id: string, body: Change): Promise<Schemas['ChangedSource']> {
  const params = { path: { ws, id } };
  const source = await answer(api.PATCH('/v1/workspaces/{ws}/sources/{id}', { params, body }));
  keepSource(ws, source);
  return source;
}

/** @throws Problem */
export async function deleteSource(ws: string, id: string): Promise<void> {
  await answer(api.DELETE('/v1/workspaces/{ws}/sources/{id}', { params: { path: { ws, id } } }));
  queries.setQueryData<Source[]>(sourcesKey(ws), (list) => list?.filter((one) => one.id !== id));
}

/** @throws Problem */
export const testSource = (ws: string, id: string, event: string | undefined): Promise<Schemas['SourceTested']> =>
  answer(
    api.POST('/v1/workspaces/{ws}/sources/{id}/test', {
      params: { path: { ws, id } },
      body: event === undefined ? {} : { event },
    }),
  );
