import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { NOTIFICATIONS, UNREAD_COUNT } from '../../live/unread-count.js';
import { useChannelEvents } from '../../live/use-channel-events.js';
import { useMe } from '../../session/me.js';
import { toastProblem } from '../../ui/toast.js';

export type NotificationView = 'unread' | 'inbox' | 'archived';

const PREFERENCES = ['notification-preferences'] as const;
const PAGE = 50;

interface Pages {
  readonly items: Schemas['Notification'][];
  readonly nextCursor: string | null;
}

/** One of the lists, newest first. */
export function useNotifications(state: NotificationView): UseInfiniteQueryResult<InfiniteData<Pages>> {
  return useInfiniteQuery({
    queryKey: [...NOTIFICATIONS, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Pages> =>
      answer(
        api.GET('/v1/notifications', {
          params: { query: { state, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** How many notifications came since the list was loaded, and a function that shows them. */
export function useFresh(): { readonly count: number; readonly show: () => void } {
  const queries = useQueryClient();
  const me = useMe().data;
  const [count, setCount] = useState(0);
  const show = (): void => {
    setCount(0);
    void queries.invalidateQueries({ queryKey: NOTIFICATIONS });
  };
  useChannelEvents(
    me === undefined ? undefined : `user:${me.user.id}`,
    ({ type }) => {
      if (type === 'notification') setCount((before) => before + 1);
    },
    show,
  );
  return { count, show };
}

type Change = UseMutationResult<Schemas['Notification'], unknown, string>;

/** Puts the changed notification in the place of the one in every loaded list, so that no row moves. */
function useChange(change: (id: string) => Promise<Schemas['Notification']>): Change {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (changed) => {
      queries.setQueriesData<InfiniteData<Pages>>({ queryKey: NOTIFICATIONS }, (data) =>
        data?.pages === undefined
          ? data
          : {
              ...data,
              pages: data.pages.map((page) => ({
                ...page,
                items: page.items.map((item) => (item.id === changed.id ? changed : item)),
              })),
            },
      );
      void queries.invalidateQueries({ queryKey: UNREAD_COUNT });
    },
    onError: toastProblem,
  });
}

export const useRead = (): Change =>
  useChange((id) => answer(api.POST('/v1/notifications/{id}/read', { params: { path: { id } } })));

export const useArchive = (): Change =>
  useChange((id) => answer(api.POST('/v1/notifications/{id}/archive', { params: { path: { id } } })));

/** Marks all up to the newest one that is shown as read. */
export function useReadAll(onDone: (count: number) => void): UseMutationResult<{ read: number }, unknown, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (upTo: string) => answer(api.POST('/v1/notifications/read', { body: { upTo } })),
    onSuccess: ({ read }) => {
      onDone(read);
      void queries.invalidateQueries({ queryKey: NOTIFICATIONS });
    },
    onError: toastProblem,
  });
}

export const usePreferences = (): UseQueryResult<Schemas['NotificationPreferences']> =>
  useQuery({ queryKey: PREFERENCES, queryFn: () => answer(api.GET('/v1/notification-preferences')) });

/** A change of the preferences; its answer has all of them. */
export function usePreferenceChange<Input>(
  change: (input: Input) => Promise<Schemas['NotificationPreferences']>,
  onDone?: () => void,
): UseMutationResult<Schemas['NotificationPreferences'], unknown, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (preferences) => {
      queries.setQueryData(PREFERENCES, preferences);
      onDone?.();
    },
    onError: toastProblem,
  });
}
