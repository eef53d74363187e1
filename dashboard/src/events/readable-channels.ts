import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api } from '../api/api.js';
import { holds, keyOf, useMay, useWorkspace } from '../app/workspace.js';
import { useMe } from '../session/me.js';
import type { FollowedChannel } from './event-feed.js';

/** The channels that each workspace has once, and the permission that reading each takes. */
const BUILT_IN = [
  ['webhooks', 'webhooks:read'],
  ['tasks', 'tasks:read'],
  ['documents', 'documents:read'],
  ['workspace', 'members:read'],
] as const;

/** Loading the past of every topic would take a call for each. */
const TOPICS_WITH_PAST = 10;

export const topicsKey = (workspaceId: string) => [...keyOf(workspaceId), 'topics'] as const;

export function useTopics() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: topicsKey(ws),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/topics', { params: { path: { ws }, query: { limit: 200 } } })),
    enabled: useMay('topics:read'),
  });
}

/** The channels of the workspace besides its topics that the signed-in user may read: own ones of sources included. */
export function useBuiltInChannels(): readonly string[] {
  const { id: ws, permissions } = useWorkspace();
  const userId = useMe().data?.user.id;
  const sources = useQuery({
    queryKey: [...keyOf(ws), 'sources', 'channels'],
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path: { ws }, query: { limit: 200 } } })),
    enabled: holds(permissions, 'webhooks:read'),
  }).data?.items;
  return useMemo(
    () => [
      ...BUILT_IN.flatMap(([noun, permission]) => (holds(permissions, permission) ? `${noun}:${ws}` : [])),
      ...(holds(permissions, 'webhooks:read')
        ? (sources ?? []).flatMap(({ ownChannel, channel }) => (ownChannel ? channel : []))
        : []),
      ...(userId === undefined ? [] : [`user:${userId}`]),
    ],
    [ws, permissions, sources, userId],
  );
}

/** Every channel that the signed-in user may read in the workspace; changes with their permissions. */
export function useReadableChannels(): readonly FollowedChannel[] {
  const builtIn = useBuiltInChannels();
  const mayReadTopics = useMay('topics:read');
  const topics = useTopics().data?.items;
  return useMemo(() => {
    const followed: FollowedChannel[] = builtIn.map((channel) => ({ channel, past: !channel.startsWith('user:') }));
    const latest = (mayReadTopics ? (topics ?? []) : []).toSorted((one, other) =>
      (other.lastEventAt ?? '').localeCompare(one.lastEventAt ?? ''),
    );
    return [...followed, ...latest.map(({ channel }, index) => ({ channel, past: index < TOPICS_WITH_PAST }))];
  }, [builtIn, topics, mayReadTopics]);
}
