import { useQuery } from '@tanstack/react-query';
import { allPages, pageQuery } from '../../../api/all-pages.js';
import { answer, api, type Schemas } from '../../../api/api.js';
import { keyOf, useIsAdministrator, useMay, useWorkspace } from '../../../app/workspace.js';

export type Invitation = Schemas['Invitation'];

export const invitationsKey = (ws: string) => [...keyOf(ws), 'invitations'] as const;

const load = (workspaceId?: string): Promise<Invitation[]> =>
  allPages<Invitation>((cursor) => {
    const query = { ...pageQuery(cursor), ...(workspaceId !== undefined && { workspaceId }) };
    return answer(api.GET('/v1/invitations', { params: { query } }));
  });

/** The open invitations to this workspace; for administrators also those to no workspace. */
export function useInvitations() {
  const { id: ws } = useWorkspace();
  const isAdministrator = useIsAdministrator();
  const enabled = useMay('members:manage');
  return useQuery({
    queryKey: [...invitationsKey(ws), isAdministrator],
    enabled,
    queryFn: async () => (await Promise.all([load(ws), isAdministrator ? load() : []])).flat(),
  });
}
