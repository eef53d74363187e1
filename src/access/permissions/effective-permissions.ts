import { declaredPermissions, isPermission, type PermissionDefinition } from '../public/define-permission.js';
import { intersectPermissions, withoutDenied } from '../public/scoped-permissions.js';
import type { Principal } from '../../identity/public/principal.js';
import { isBuiltIn, type WorkspaceRole } from '../public/workspace-role.js';

/** A role of a workspace, with its permissions for a custom role. */
export interface Role {
  readonly role: WorkspaceRole;
  /** Null for a built-in role, whose permissions are declared in the code. */
  readonly rolePermissions: readonly string[] | null;
}

/** The role of a member, with this member's own grants and denials. */
export interface Rights extends Role {
  readonly granted: readonly string[];
  readonly denied: readonly string[];
}

/** The permissions of a role, without grants and denials. Stored ones that are no longer declared are left out. */
export function permissionsOfRole(role: Role, declared = declaredPermissions()): string[] {
  // Checks for a built-in role first, so that stored permissions cannot redefine it.
  if (!isBuiltIn(role.role)) return known(role.rolePermissions ?? [], declared);
  return declared
    .filter(({ roles }) => hasAll(role.role) || roles.some((name) => name === role.role))
    .map(({ name }) => name);
}

/**
 * Deny overrides grant, grant overrides role, for a whole permission or a part of one. Stored permissions that are no
 * longer declared have no effect.
 * @returns sorted; a denied part of a permission becomes an exception: see `scoped-permissions.ts`
 */
export function effectivePermissions(rights: Rights, declared = declaredPermissions()): string[] {
  const allowed = [...permissionsOfRole(rights, declared), ...known(rights.granted, declared)];
  return withoutDenied(allowed, known(rights.denied, declared));
}

/** The permissions of a caller with these rights, limited to the scopes of an API key. */
export function permissionsOf({ scopes }: Pick<Principal, 'scopes'>, rights: Rights): string[] {
  const permissions = effectivePermissions(rights);
  return scopes === undefined ? permissions : intersectPermissions(new Set(permissions), scopes);
}

const hasAll = (role: WorkspaceRole): boolean => role === 'owner' || role === 'admin';

function known(stored: readonly string[], declared: readonly PermissionDefinition[]): string[] {
  const byName = new Map(declared.map((permission) => [permission.name, permission]));
  return stored.filter((text) => isPermission(text, byName));
}
