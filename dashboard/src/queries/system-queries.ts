import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/api.js';
import { problemOf } from '../api/problem.js';

/** Each answer asks every process, so nothing is loaded by itself except when the window is shown again. */
const ASKED = { staleTime: 5_000, refetchOnWindowFocus: true, retry: false } as const;

export const useNodes = () =>
  useQuery({
    queryKey: ['system', 'nodes'],
    queryFn: () => answer(api.GET('/v1/system/nodes')),
    ...ASKED,
  });

export type CheckState = 'ok' | 'degraded' | 'tolerated' | 'failed';
export type Check = readonly [name: string, state: CheckState];

/** A process that is not ready answers with a problem, whose detail names the failed checks. */
async function readChecks(): Promise<readonly Check[]> {
  try {
    const { checks } = await answer(api.GET('/health/ready'));
    return Object.entries(checks);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code !== 'service.not-ready') throw problem;
    return (problem.detail ?? '').split(', ').map((name) => [name, 'failed'] as const);
  }
}

export const useReadiness = () => useQuery({ queryKey: ['system', 'readiness'], queryFn: readChecks, ...ASKED });

export const useSettings = () =>
  useQuery({ queryKey: ['system', 'settings'], queryFn: () => answer(api.GET('/v1/system/settings')) });

const QUEUES = ['system', 'queues'] as const;

export const useQueues = () =>
  useQuery({ queryKey: QUEUES, queryFn: () => answer(api.GET('/v1/system/queues')), ...ASKED });

export function useRetryJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ queue, id }: { readonly queue: string; readonly id: string }) =>
      answer(api.POST('/v1/system/queues/{queue}/jobs/{id}/retry', { params: { path: { queue, id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: QUEUES }),
  });
}

/** Names of users by id: the first 200 of the installation. */
export function useUsers(): ReadonlyMap<string, Schemas['Account']> {
  const { data } = useQuery({
    queryKey: ['system', 'users'],
    queryFn: () => answer(api.GET('/v1/users', { params: { query: { limit: 200 } } })),
  });
  return new Map(data?.items.map((user) => [user.id, user]));
}
