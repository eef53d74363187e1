import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { allPages, pageQuery } from '../../api/all-pages.js';
import { answer, api, type Schemas } from '../../api/api.js';
import { queries } from '../../api/queries.js';
import { keyOf } from '../../app/workspace.js';

export type Endpoint = Schemas['Endpoint'];
export type Message = Schemas['Message'];
export type MessageStatus = Message['status'];

/** A signing secret as it was answered once, and how long the one before signs as well. It is in memory only. */
export interface ShownSecret {
  readonly secret: string;
  readonly oldSecretUntil: number | undefined;
}

const OVERLAP_MS = 24 * 3_600_000;

export const endpointsKey = (ws: string) => [...keyOf(ws), 'endpoints'] as const;
export const endpointKey = (ws: string, id: string) => [...endpointsKey(ws), 'one', id] as const;
export const endpointStatsKey = (ws: string, id: string) => [...keyOf(ws), 'endpoint-stats', id] as const;
const secretKey = (ws: string, id: string) => [...keyOf(ws), 'endpoint-secret', id] as const;

export const useEndpoints = (ws: string): UseQueryResult<Endpoint[]> =>
  useQuery({
    queryKey: [...endpointsKey(ws), 'all'],
    queryFn: () =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/workspaces/{ws}/endpoints', {
            params: { path: { ws }, query: pageQuery(cursor) },
          }),
        ),
      ),
  });

export const useEndpoint = (ws: string, id: string): UseQueryResult<Endpoint> =>
  useQuery({
    queryKey: endpointKey(ws, id),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/endpoints/{id}', { params: { path: { ws, id } } })),
  });

export const useEndpointStats = (ws: string, id: string): UseQueryResult<Schemas['EndpointStats']> =>
  useQuery({
    queryKey: endpointStatsKey(ws, id),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/endpoints/{id}/stats', { params: { path: { ws, id } } })),
  });

/** The secret that this page has just been given; null otherwise. */
export const useShownSecret = (ws: string, id: string): ShownSecret | null =>
  useQuery<ShownSecret | null>({ queryKey: secretKey(ws, id), queryFn: () => null, enabled: false, gcTime: Infinity })
    .data ?? null;

export const forgetSecret = (ws: string, id: string): void =>
  void queries.setQueryData<ShownSecret | null>(secretKey(ws, id), null);

function keep(ws: string, endpoint: Endpoint): void {
  queries.setQueryData(endpointKey(ws, endpoint.id), endpoint);
  void queries.invalidateQueries({ queryKey: [...endpointsKey(ws), 'all'] });
}

function keepWithSecret(ws: string, { secret, ...endpoint }: Schemas['EndpointWithSecret'], isRotated: boolean): void {
  keep(ws, endpoint);
  const oldSecretUntil = isRotated ? Date.now() + OVERLAP_MS : undefined;
  queries.setQueryData<ShownSecret>(secretKey(ws, endpoint.id), { secret, oldSecretUntil });
}

/** @throws Problem */
export async function createEndpoint(ws: string, body: Schemas['CreateEndpointRequest']): Promise<string> {
  const made = await answer(api.POST('/v1/workspaces/{ws}/endpoints', { params: { path: { ws } }, body }));
  keepWithSecret(ws, made, false);
  return made.id;
}

/** @throws Problem */
export async function changeEndpoint(ws: string, id: string, body: Schemas['ChangeEndpointRequest']): Promise<void> {
  keep(ws, await answer(api.PATCH('/v1/workspaces/{ws}/endpoints/{id}', { params: { path: { ws, id } }, body })));
}

/** @throws Problem */
export async function rotateSecret(ws: string, id: string): Promise<void> {
  const params = { path: { ws, id } };
  keepWithSecret(ws, await answer(api.POST('/v1/workspaces/{ws}/endpoints/{id}/rotate-secret', { params })), true);
}

/** @throws Problem */
export async function deleteEndpoint(ws: string, id: string): Promise<void> {
  await answer(api.DELETE('/v1/workspaces/{ws}/endpoints/{id}', { params: { path: { ws, id } } }));
  void queries.invalidateQueries({ queryKey: [...endpointsKey(ws), 'all'] });
}

/** @returns the id of the message @throws Problem */
export async function sendTestEvent(ws: string, id: string): Promise<string> {
  const params = { path: { ws, id } };
  return (await answer(api.POST('/v1/workspaces/{ws}/endpoints/{id}/test', { params }))).messageId;
}
