import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { useMe } from '../../session/me.js';
import { shortId } from '../../ui/copy.js';
import { words } from '../../words/words.js';

export interface Person {
  readonly id: string;
  readonly name: string;
}

const MAX_PAGES = 20;

async function loadPeople(ws: string): Promise<Person[]> {
  const people: Person[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await answer(
      api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query } }),
    );
    people.push(...items.map(({ userId, name }) => ({ id: userId, name })));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return people;
}

/** The members of the workspace, as far as the user may see them. */
export function usePeople(): readonly Person[] {
  const { id: ws } = useWorkspace();
  const mayRead = useMay('members:read');
  const members = useQuery({
    queryKey: [...keyOf(ws), 'documents', 'people'],
    queryFn: () => loadPeople(ws),
    enabled: mayRead,
    staleTime: 5 * 60_000,
  });
  const me = useMe().data?.user;
  return useMemo(() => members.data ?? (me === undefined ? [] : [{ id: me.id, name: me.name }]), [members.data, me]);
}

/** Finds the name of a user; a shortened id when the name is not known. */
export function useNameOf(): (userId: string) => string {
  const people = usePeople();
  return useMemo(() => {
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return (userId) => names.get(userId) ?? words.documents.unknownPerson(shortId(userId));
  }, [people]);
}
