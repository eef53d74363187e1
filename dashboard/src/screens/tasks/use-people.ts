import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { useMe } from '../../session/me.js';
import { shortId } from '../../ui/copy.js';

const PAGE = 200;

export interface People {
  /** The members whom a task can be assigned to: only the signed-in user without the right to list members. */
  readonly members: readonly Pick<Schemas['Member'], 'userId' | 'name'>[];
  readonly nameOf: (userId: string) => string;
}

/** The names of the members of the workspace. */
export function usePeople(): People {
  const { id: ws } = useWorkspace();
  const mayList = useMay('members:read');
  const me = useMe().data?.user;
  const { data } = useQuery({
    queryKey: [...keyOf(ws), 'members', 'names'],
    enabled: mayList,
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query: { limit: PAGE } } })),
  });
  const members = data?.items ?? (me === undefined ? [] : [{ userId: me.id, name: me.name }]);
  const nameOf = useCallback(
    (userId: string) => members.find((member) => member.userId === userId)?.name ?? shortId(userId),
    [members],
  );
  return { members, nameOf };
}
