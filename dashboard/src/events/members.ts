import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api } from '../api/api.js';
import { keyOf, useMay, useWorkspace } from '../app/workspace.js';

/** The names of the members by their user ids; empty without `members:read`. */
export function useMembers() {
  const { id: ws } = useWorkspace();
  const query = useQuery({
    queryKey: [...keyOf(ws), 'members', 'names'],
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query: { limit: 200 } } })),
    enabled: useMay('members:read'),
  });
  const members = query.data?.items;
  const names = useMemo(() => new Map(members?.map(({ userId, name }) => [userId, name])), [members]);
  return { members: members ?? [], names };
}
