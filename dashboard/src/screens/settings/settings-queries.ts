import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useWorkspace } from '../../app/workspace.js';

export type RetentionRule = Schemas['TopicRetention']['rules'][number];
export type EventType = Schemas['EventType'];

const PAGE = 200;

export const workspaceKey = (ws: string) => [...keyOf(ws), 'details'] as const;
export const retentionKey = (ws: string) => [...keyOf(ws), 'topics', 'retention'] as const;
export const eventTypesKey = (ws: string) => [...keyOf(ws), 'event-types'] as const;

/** The workspace with its settings. */
export function useWorkspaceDetails() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: workspaceKey(ws),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}', { params: { path: { ws } } })),
  });
}

export function useRetention() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: retentionKey(ws),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/topics/retention', { params: { path: { ws } } })),
  });
}

/** The whole catalogue, in the order of the names. */
export function useEventTypes() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: eventTypesKey(ws),
    queryFn: async () => {
      const types: EventType[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
        const page = await answer(api.GET('/v1/workspaces/{ws}/event-types', { params: { path: { ws }, query } }));
        types.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return types;
    },
  });
}
