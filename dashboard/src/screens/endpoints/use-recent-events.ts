import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';
import { queries } from '../../api/queries.js';
import { keyOf, useMay } from '../../app/workspace.js';
import { useWorkspaceEvents, type AnyEvent } from '../../live/workspace-events.js';

const COUNT = 100;
const TOPICS = 10;

/** The permission to read each of the workspace's own channels. */
const NOUNS = [
  ['webhooks', 'webhooks:read'],
  ['tasks', 'tasks:read'],
  ['documents', 'documents:read'],
  ['workspace', 'members:read'],
] as const;

async function latestOf(ws: string, channel: string): Promise<AnyEvent[]> {
  const params = { path: { ws }, query: { channel, latest: COUNT } };
  const page = await answer(api.GET('/v1/workspaces/{ws}/events', { params })).catch(() => undefined);
  return (page?.items ?? []) as AnyEvent[];
}

async function otherChannels(ws: string, mayReadTopics: boolean): Promise<string[]> {
  const path = { ws };
  const [sources, topics] = await Promise.all([
    answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path, query: { limit: 200 } } })).catch(() => undefined),
    mayReadTopics
      ? answer(api.GET('/v1/workspaces/{ws}/topics', { params: { path, query: { limit: TOPICS } } })).catch(
          () => undefined,
        )
      : undefined,
  ]);
  return [
    ...(sources?.items ?? []).filter(({ ownChannel }) => ownChannel).map(({ channel }) => channel),
    ...(topics?.items ?? []).map(({ channel }) => channel),
  ];
}

const newest = (events: readonly AnyEvent[]): AnyEvent[] => events.toSorted((a, b) => b.ts - a.ts).slice(0, COUNT);

/** The last 100 events of the workspace, newest first, live; of its own channels, those of sources, and ten topics. */
export function useRecentEvents(ws: string): UseQueryResult<AnyEvent[]> {
  const queryKey = [...keyOf(ws), 'recent-events'];
  const mayReadTopics = useMay('topics:read');
  const may: Record<(typeof NOUNS)[number][0], boolean> = {
    webhooks: useMay('webhooks:read'),
    tasks: useMay('tasks:read'),
    documents: useMay('documents:read'),
    workspace: useMay('members:read'),
  };
  useWorkspaceEvents((event) =>
    queries.setQueryData<AnyEvent[]>(queryKey, (events) => events && newest([event, ...events])),
  );
  return useQuery({
    queryKey,
    queryFn: async () => {
      const own = NOUNS.filter(([noun]) => may[noun]).map(([noun]) => `${noun}:${ws}`);
      const channels = [...own, ...(await otherChannels(ws, mayReadTopics))];
      const lists = await Promise.all(channels.map((channel) => latestOf(ws, channel)));
      return newest(lists.flat());
    },
    staleTime: 0,
  });
}
