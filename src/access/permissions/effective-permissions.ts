import { declaredPermissions, type PermissionDefinition } from '../public/define-permission.js';
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

/** The permissions of a role, without grants and denials. */
export function permissionsOfRole(role: Role, declared = declaredPermissions()): string[] {
  return declared.filter((permission) => hasByRole(permission, role)).map((permission) => permission.name);
}

/** Deny overrides grant, grant overrides role. Stored permissions that are no longer declared have no effect. */
export function effectivePermissions(rights: Rights, declared = declaredPermissions()): string[] {
  const { granted, denied } = rights;
  return declared
    .filter((permission) => !denied.includes(permission.name))
    .filter((permission) => granted.includes(permission.name) || hasByRole(permission, rights))
    .map((permission) => permission.name)
    .toSorted();
}

/** The permissions of a caller with these rights, limited to the scopes of an API key. */
export function permissionsOf({ scopes }: Pick<Principal, 'scopes'>, rights: Rights): string[] {
  return effectivePermissions(rights).filter((permission) => scopes === undefined || scopes.has(permission));
}

/** Checks for a built-in role first, so that stored permissions cannot redefine it. */
function hasByRole({ name, roles }: PermissionDefinition, { role, rolePermissions }: Role): boolean {
  if (!isBuiltIn(role)) return rolePermissions?.includes(name) === true;
  return role === 'owner' || role === 'admin' || roles.includes(role);
}
