import { declaredPermissions, type PermissionDefinition } from './contracts/define-permission.js';
import type { WorkspaceRole } from './contracts/workspace-role.js';

/** What a member is, and by what this one differs from the others of the same role. */
export interface Rights {
  readonly role: WorkspaceRole;
  readonly granted: readonly string[];
  readonly denied: readonly string[];
}

/** What a role is worth by itself. */
export function permissionsOfRole(role: WorkspaceRole, declared = declaredPermissions()): string[] {
  return declared.filter((permission) => hasByRole(permission, role)).map((permission) => permission.name);
}

/** Deny beats grant beats role. A permission whose room is gone has no effect, wherever it was written down. */
export function effectivePermissions({ role, granted, denied }: Rights, declared = declaredPermissions()): string[] {
  return declared
    .filter((permission) => !denied.includes(permission.name))
    .filter((permission) => granted.includes(permission.name) || hasByRole(permission, role))
    .map((permission) => permission.name)
    .toSorted();
}

function hasByRole({ roles }: PermissionDefinition, role: WorkspaceRole): boolean {
  return role === 'owner' || role === 'admin' || roles.includes(role);
}
