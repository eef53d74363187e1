import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { allPages, pageQuery } from '../api/all-pages.js';
import { answer, api, type Schemas } from '../api/api.js';
import { keyOf, useMay, useWorkspace } from '../app/workspace.js';
import { useMe } from '../session/me.js';
import { shortId } from '../ui/copy.js';

export type Member = Schemas['Member'];

const MAX_PAGES = 50;

export const membersKey = (ws: string) => [...keyOf(ws), 'members'] as const;

/** The members, the oldest user first, at most 10,000; without data when the user may not list them. */
export function useMembers(): UseQueryResult<Member[]> {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: membersKey(ws),
    queryFn: () =>
      allPages<Member>(
        (cursor) =>
          answer(api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query: pageQuery(cursor) } })),
        MAX_PAGES,
      ),
    enabled: useMay('members:read'),
  });
}

export interface People {
  /** Only the signed-in user when the user may not list the members. */
  readonly members: readonly Pick<Member, 'userId' | 'name'>[];
  /** The name of a user; a shortened id when the name is not known. */
  readonly nameOf: (userId: string) => string;
}

/** The members of the workspace by name. */
export function usePeople(): People {
  const list = useMembers().data;
  const me = useMe().data?.user;
  return useMemo(() => {
    const members = list ?? (me === undefined ? [] : [{ userId: me.id, name: me.name }]);
    const names = new Map(members.map(({ userId, name }) => [userId, name]));
    return { members, nameOf: (userId) => names.get(userId) ?? shortId(userId) };
  }, [list, me]);
}

/** The names of the members by their user ids; empty when the user may not list the members. */
export function useNames(): ReadonlyMap<string, string> {
  const members = useMembers().data;
  return useMemo(() => new Map(members?.map(({ userId, name }) => [userId, name])), [members]);
}
