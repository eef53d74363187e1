import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';
import { keyOf, useIsAdministrator, useWorkspace } from '../../app/workspace.js';
import { RANGES, type Range } from './overview-search.js';

const windowOf = (range: Range) => {
  const { seconds, bucket } = RANGES[range];
  return { since: new Date(Date.now() - seconds * 1_000).toISOString(), bucket: String(bucket) };
};

/** The traffic of the workspace. */
export function useTraffic(range: Range) {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...keyOf(ws), 'overview', 'now', 'traffic', range],
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/stats', { params: { path: { ws }, query: windowOf(range) } })),
    placeholderData: (before) => before,
  });
}

/** The latency of the whole installation, which administrators may see. */
export function useSocketLatency(range: Range) {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...keyOf(ws), 'overview', 'day', 'socket-latency', range],
    queryFn: () => answer(api.GET('/v1/system/latency', { params: { query: windowOf(range) } })),
    enabled: useIsAdministrator(),
    placeholderData: (before) => before,
  });
}
