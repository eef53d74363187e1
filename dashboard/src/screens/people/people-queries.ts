import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useIsAdministrator, useMay, useWorkspace } from '../../app/workspace.js';
import type { MemberRules } from './rules/explain.js';

export type Member = Schemas['Member'];
export type Role = Schemas['Role'];
export type Account = Schemas['Account'];
export type AuditEntry = Schemas['AuditEntry'];

const PAGE = 200;

export const membersKey = (ws: string) => [...keyOf(ws), 'members'] as const;
export const rolesKey = (ws: string) => [...keyOf(ws), 'roles'] as const;
export const auditKey = (ws: string) => [...keyOf(ws), 'audit'] as const;
export const ACCOUNTS = ['users'] as const;

/** Reads all pages, because counts and the search need the whole list. */
async function allPages<Item>(
  page: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

const pageQuery = (cursor: string | undefined) => ({ limit: PAGE, ...(cursor !== undefined && { cursor }) });

/** All members, the oldest user first. */
export function useMembers() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: membersKey(ws),
    queryFn: () =>
      allPages<Member>((cursor) =>
        answer(api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query: pageQuery(cursor) } })),
      ),
  });
}

/** The built-in roles, then the custom ones. */
export function useRoles() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: rolesKey(ws),
    queryFn: async () =>
      (await answer(api.GET('/v1/workspaces/{ws}/roles', { params: { path: { ws } } }))).items as Role[],
  });
}

/** All users of the installation; only administrators may read them. */
export function useAccounts() {
  const isAdministrator = useIsAdministrator();
  return useQuery({
    queryKey: ACCOUNTS,
    enabled: isAdministrator,
    queryFn: () =>
      allPages<Account>((cursor) => answer(api.GET('/v1/users', { params: { query: pageQuery(cursor) } }))),
  });
}

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The filter as the API takes it: local times become instants. */
export const auditQueryOf = ({ action, actor, from, to }: AuditFilter) => ({
  ...(action !== undefined && { action }),
  ...(actor !== undefined && { actor }),
  ...(from !== undefined && { from: new Date(from).toISOString() }),
  ...(to !== undefined && { to: new Date(to).toISOString() }),
});

/** The changes of the workspace, newest first, page by page. */
export function useAudit(filter: AuditFilter) {
  const { id: ws } = useWorkspace();
  const enabled = useMay('audit:read');
  return useInfiniteQuery({
    queryKey: [...auditKey(ws), filter],
    enabled,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/workspaces/{ws}/audit', {
          params: {
            path: { ws },
            query: { ...auditQueryOf(filter), limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? undefined : Number(nextCursor)),
  });
}

/** The permissions of each role by its name. */
export type RolePermissions = ReadonlyMap<string, readonly string[]>;

export const rolePermissionsOf = (roles: readonly Role[]): RolePermissions =>
  new Map(roles.map(({ name, permissions }) => [name, permissions]));

/** All declared permissions: the owner has each of them. */
export const allPermissions = (roles: RolePermissions): readonly string[] => roles.get('owner') ?? [];

export const rulesOf = ({ role, grant, deny }: Member, roles: RolePermissions): MemberRules => ({
  role,
  rolePermissions: roles.get(role) ?? [],
  grant,
  deny,
});
