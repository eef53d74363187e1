import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { TidingsEvent } from '@tidings/client';
import { allPages, pageQuery } from '../../api/all-pages.js';
import { answer, api } from '../../api/api.js';
import { keyOf } from '../../app/workspace.js';

/** The service's own event types; false: not in a channel of a workspace. The compiler reports a missing one. */
const OWN: Readonly<Record<TidingsEvent['type'], boolean>> = {
  'document:created': true,
  'document:deleted': true,
  'document:edited': true,
  'document:joined': true,
  'document:left': true,
  'document:mentioned': true,
  'document:renamed': true,
  'document:restored': true,
  notification: false,
  'source:heard': true,
  'source:silent': true,
  'task:assigned': true,
  'task:created': true,
  'task:deleted': true,
  'task:updated': true,
  'user:status_set': false,
  'user:status_updated': false,
  'webhook:endpoint_disabled': true,
  'webhook:endpoint_failing': true,
  'webhook:failed': true,
  'webhook:received': true,
  'workspace:member_joined': true,
};

export interface KnownType {
  readonly type: string;
  /** Empty for the service's own types. */
  readonly description: string;
}

/** The service's own event types, then those of the workspace's catalogue. */
export const useEventTypes = (ws: string, mayRead: boolean): UseQueryResult<KnownType[]> =>
  useQuery({
    queryKey: [...keyOf(ws), 'known-event-types', mayRead],
    queryFn: async () => {
      const own = Object.entries(OWN).flatMap(([type, isOfWorkspace]) =>
        isOfWorkspace ? { type, description: '' } : [],
      );
      if (!mayRead) return own;
      const catalogue = await allPages((cursor) =>
        answer(
          api.GET('/v1/workspaces/{ws}/event-types', {
            params: { path: { ws }, query: pageQuery(cursor) },
          }),
        ),
      );
      return [...own, ...catalogue.map(({ type, description }) => ({ type, description }))];
    },
  });
