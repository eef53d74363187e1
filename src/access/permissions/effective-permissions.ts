import { declaredPermissions, type PermissionDefinition } from '../public/define-permission.js';
import type { Principal } from '../../identity/public/principal.js';
import { isBuiltIn, type WorkspaceRole } from '../public/workspace-role.js';

/** A role of a workspace, with what it is worth where the workspace has made it itself. */
export interface Role {
  readonly role: WorkspaceRole;
  /** Null for a built-in role: what that is worth, the rooms have declared. */
  readonly rolePermissions: readonly string[] | null;
}

/** What a member is, and by what this one differs from the others of the same role. */
export interface Rights extends Role {
  readonly granted: readonly string[];
  readonly denied: readonly string[];
}

/** What a role is worth by itself. */
export function permissionsOfRole(role: Role, declared = declaredPermissions()): string[] {
  return declared.filter((permission) => hasByRole(permission, role)).map((permission) => permission.name);
}

/** Deny beats grant beats role. A permission whose room is gone has no effect, wherever it was written down. */
export function effectivePermissions(rights: Rights, declared = declaredPermissions()): string[] {
  const { granted, denied } = rights;
  return declared
    .filter((permission) => !denied.includes(permission.name))
    .filter((permission) => granted.includes(permission.name) || hasByRole(permission, rights))
    .map((permission) => permission.name)
    .toSorted();
}

/** What a caller may do by such rights: an API key nothing beyond its scopes. */
export function permissionsOf({ scopes }: Pick<Principal, 'scopes'>, rights: Rights): string[] {
  return effectivePermissions(rights).filter((permission) => scopes === undefined || scopes.has(permission));
}

/** A built-in role is asked for first: nothing that a workspace has stored can make it mean something else. */
function hasByRole({ name, roles }: PermissionDefinition, { role, rolePermissions }: Role): boolean {
  if (!isBuiltIn(role)) return rolePermissions?.includes(name) === true;
  return role === 'owner' || role === 'admin' || roles.includes(role);
}
