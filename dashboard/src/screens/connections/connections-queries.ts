import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';

export interface ConnectionsFilter {
  readonly userId?: string | undefined;
  readonly channel?: string | undefined;
  readonly nodeId?: string | undefined;
}

const LIMIT = 500;
const CONNECTIONS = ['system', 'connections'] as const;

/** Each call asks every process, so nothing is loaded by itself except when the window is shown again. */
const ASKED = { staleTime: 5_000, refetchOnWindowFocus: true, retry: false } as const;

export const useConnections = ({ userId, channel, nodeId }: ConnectionsFilter) =>
  useQuery({
    queryKey: [...CONNECTIONS, 'list', { userId, channel, nodeId }],
    queryFn: () => {
      const query = { limit: LIMIT, ...defined({ userId, channel, nodeId }) };
      return answer(api.GET('/v1/system/connections', { params: { query } }));
    },
    placeholderData: (before) => before,
    ...ASKED,
  });

export const useConnection = (id: string) =>
  useQuery({
    queryKey: [...CONNECTIONS, 'one', id],
    queryFn: () => answer(api.GET('/v1/system/connections/{id}', { params: { path: { id } } })),
    ...ASKED,
  });

export function useDisconnect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/v1/system/connections/{id}', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: CONNECTIONS }),
  });
}

const defined = (filter: ConnectionsFilter): { userId?: string; channel?: string; nodeId?: string } =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
