import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { allPages, pageQuery } from '../../api/all-pages.js';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useIsAdministrator, useMay, useWorkspace } from '../../app/workspace.js';
import type { Member } from '../../queries/members-queries.js';
import type { MemberRules } from './rules/explain.js';

export type Role = Schemas['Role'];
export type Account = Schemas['Account'];
export type AuditEntry = Schemas['AuditEntry'];

const MAX_PAGES = 50;

export const rolesKey = (ws: string) => [...keyOf(ws), 'roles'] as const;
export const auditKey = (ws: string) => [...keyOf(ws), 'audit'] as const;
export const ACCOUNTS = ['users'] as const;

/** The built-in roles, then the custom ones. */
export function useRoles() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: rolesKey(ws),
    queryFn: async () =>
      (await answer(api.GET('/v1/workspaces/{ws}/roles', { params: { path: { ws } } }))).items as Role[],
  });
}

/** The users of the installation, at most 10,000; only administrators may read them. */
export function useAccounts() {
  const isAdministrator = useIsAdministrator();
  return useQuery({
    queryKey: ACCOUNTS,
    enabled: isAdministrator,
    queryFn: () =>
      allPages<Account>((cursor) => answer(api.GET('/v1/users', { params: { query: pageQuery(cursor) } })), MAX_PAGES),
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
