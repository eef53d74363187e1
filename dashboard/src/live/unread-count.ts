import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/api.js';
import { useMe } from '../session/me.js';
import { useChannelEvents } from './use-channel-events.js';

/** The start of the keys of all notifications, which belong to the user and not to a workspace. */
export const NOTIFICATIONS = ['notifications'] as const;
export const UNREAD_COUNT = [...NOTIFICATIONS, 'unread-count'] as const;

/** The number of unread notifications, live. */
export function useUnreadCount(): number {
  const queries = useQueryClient();
  const me = useMe().data;
  const { data } = useQuery({
    queryKey: UNREAD_COUNT,
    queryFn: async () => (await answer(api.GET('/v1/notifications', { params: { query: { limit: 1 } } }))).unread,
  });
  const reload = (): void => void queries.invalidateQueries({ queryKey: UNREAD_COUNT });
  useChannelEvents(
    me === undefined ? undefined : `user:${me.user.id}`,
    ({ type }) => {
      if (type === 'notification') reload();
    },
    reload,
  );
  return data ?? 0;
}
