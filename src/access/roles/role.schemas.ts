import { z } from 'zod';
import { permissionNames } from '../public/define-permission.js';
import { workspaceRole } from '../public/workspace-role.js';
import { permissionsOfRole, type Role } from '../permissions/effective-permissions.js';

export const createRoleRequest = z
  .strictObject({ name: workspaceRole, permissions: permissionNames })
  .meta({ id: 'CreateRoleRequest', example: { name: 'auditor', permissions: ['audit:read', 'members:read'] } });

export const changeRoleRequest = z
  .strictObject({ permissions: permissionNames.describe('the whole list: omitted permissions are revoked') })
  .meta({ id: 'ChangeRoleRequest', example: { permissions: ['audit:read'] } });

export const roleResponse = z
  .object({
    name: workspaceRole,
    builtIn: z.boolean().describe('a built-in role cannot be changed'),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Role' });

export type CreateRoleRequest = z.infer<typeof createRoleRequest>;
export type ChangeRoleRequest = z.infer<typeof changeRoleRequest>;
export type RoleResponse = z.infer<typeof roleResponse>;

export function showRole(role: Role): RoleResponse {
  return { name: role.role, builtIn: role.rolePermissions === null, permissions: permissionsOfRole(role) };
}
