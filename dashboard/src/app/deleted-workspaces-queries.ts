import { useQuery, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { allPages, pageQuery } from '../api/all-pages.js';
import { answer, api, type Schemas } from '../api/api.js';
import { ME } from '../session/me.js';

export type DeletedWorkspace = Schemas['DeletedWorkspace'];

export const DELETED_WORKSPACES = ['deleted-workspaces'] as const;

/** The deleted workspaces that the user can restore. */
export const useDeletedWorkspaces = (): UseQueryResult<DeletedWorkspace[]> =>
  useQuery({
    queryKey: DELETED_WORKSPACES,
    queryFn: () =>
      allPages<DeletedWorkspace>((cursor) =>
        answer(api.GET('/v1/workspaces/deleted', { params: { query: pageQuery(cursor) } })),
      ),
  });

export async function restoreWorkspace(queries: QueryClient, ws: string): Promise<void> {
  await answer(api.POST('/v1/workspaces/{ws}/restore', { params: { path: { ws } } }));
  await queries.invalidateQueries({ queryKey: DELETED_WORKSPACES });
  await queries.invalidateQueries({ queryKey: ME });
}
