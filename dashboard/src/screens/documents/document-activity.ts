import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';
import { keyOf } from '../../app/workspace.js';
import type { AnyEvent } from '../../live/workspace-events.js';

export interface Activity {
  /** The ids of the users who have the document open. */
  readonly open: readonly string[];
  /** The ids of the users who edited it last. */
  readonly editors: readonly string[];
}

type Activities = Readonly<Record<string, Activity>>;

const NOTHING: Activity = { open: [], editors: [] };
const RECENT = 200;

export const activityKey = (ws: string) => [...keyOf(ws), 'documents', 'activity'] as const;

/** Applies an event of `documents:<workspace>` to the people in each document. */
export function withEvent(activities: Activities, { type, payload }: Pick<AnyEvent, 'type' | 'payload'>): Activities {
  const { id, userId, userIds } = payload as { id: string; userId: string; userIds: string[] };
  const before = activities[id] ?? NOTHING;
  const others = before.open.filter((open) => open !== userId);
  switch (type) {
    case 'document:joined':
      return { ...activities, [id]: { ...before, open: [...others, userId] } };
    case 'document:left':
      return { ...activities, [id]: { ...before, open: others } };
    case 'document:edited':
      return { ...activities, [id]: { ...before, editors: userIds } };
    case 'document:deleted':
      return Object.fromEntries(Object.entries(activities).filter(([other]) => other !== id));
    default:
      return activities;
  }
}

/** The people in each document: from the newest events of the log, then live. */
export function useActivity(ws: string): { of: (id: string) => Activity; apply: (event: AnyEvent) => void } {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: activityKey(ws),
    queryFn: async () => {
      const query = { channel: `documents:${ws}`, latest: RECENT };
      const { items } = await answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query } }));
      return (items as unknown as AnyEvent[]).reduce<Activities>(withEvent, {});
    },
  });
  return {
    of: (id) => data?.[id] ?? NOTHING,
    apply: (event) =>
      queries.setQueryData<Activities>(activityKey(ws), (activities) => activities && withEvent(activities, event)),
  };
}
