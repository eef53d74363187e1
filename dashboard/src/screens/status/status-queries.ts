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
import { answer, api, type Schemas } from '../../api/api.js';
import { useChannelEvents } from '../../live/use-channel-events.js';
import { useMe } from '../../session/me.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';

/** A status belongs to the user and not to a workspace. */
const KEY = ['status'] as const;
const TRANSACTIONS = ['transactions'] as const;
const PAGE = 50;

const useUserId = (): string => useMe().data?.user.id ?? '';

/** The user's own status. The server reports each change of it, also one made in another window. */
export function useStatus(): UseQueryResult<Schemas['Status']> {
  const queries = useQueryClient();
  const id = useUserId();
  useChannelEvents(
    `user:${id}`,
    ({ type, payload }) => {
      if (type !== 'user:status_updated' && type !== 'user:status_set') return;
      queries.setQueryData(KEY, payload);
      if (type === 'user:status_set') return;
      toast(words.status.turned);
      void queries.invalidateQueries({ queryKey: TRANSACTIONS });
    },
    () => void queries.invalidateQueries({ queryKey: KEY }),
  );
  return useQuery({
    queryKey: KEY,
    queryFn: () => answer(api.GET('/v1/users/{id}/status', { params: { path: { id } } })),
  });
}

interface Pages {
  readonly items: Schemas['Transaction'][];
  readonly nextCursor: string | null;
}

export function useTransactions(): UseInfiniteQueryResult<InfiniteData<Pages>> {
  const id = useUserId();
  return useInfiniteQuery({
    queryKey: TRANSACTIONS,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Pages> =>
      answer(
        api.GET('/v1/users/{id}/transactions', {
          params: { path: { id }, query: { limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Sets the timer, or cancels it with the status `inactive`. */
export function useSetStatus(): UseMutationResult<Schemas['Status'], unknown, Schemas['SetStatusRequest']> {
  const queries = useQueryClient();
  const id = useUserId();
  return useMutation({
    mutationFn: (body) => answer(api.PUT('/v1/users/{id}/status', { params: { path: { id } }, body })),
    onSuccess: (status) => {
      // The event of a timer that is due at once may have arrived first.
      queries.setQueryData<Schemas['Status']>(KEY, (known) =>
        known?.status === 'active' && known.activateAt === status.activateAt ? known : status,
      );
    },
  });
}
