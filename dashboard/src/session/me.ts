import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/api.js';

export const ME = ['me'] as const;

/** The signed-in user and their permissions in each of their workspaces; live, see live/live.ts. */
export const useMe = (): UseQueryResult<Schemas['Me']> =>
  useQuery({ queryKey: ME, queryFn: () => answer(api.GET('/v1/me')), staleTime: Infinity });
