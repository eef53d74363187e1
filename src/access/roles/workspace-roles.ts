import type { Database, Transaction } from '../../platform/database/database.js';
import { builtInRole, isBuiltIn } from '../public/workspace-role.js';
import type { Role } from '../permissions/effective-permissions.js';

type Queries = Pick<Database | Transaction, 'query'>;

interface OwnRole extends Role {
  readonly rolePermissions: readonly string[];
}

const COLUMNS = 'name AS role, permissions AS "rolePermissions"';

/** The built-in roles first, then the custom roles of the workspace by name. */
export async function rolesOf(from: Queries, workspaceId: string): Promise<Role[]> {
  const own = await from.query<OwnRole>(
    `SELECT ${COLUMNS} FROM workspace_roles WHERE workspace_id = $1 ORDER BY name`,
    [workspaceId],
  );
  return [...builtInRole.options.map((role) => ({ role, rolePermissions: null })), ...own];
}

/** @returns undefined when the workspace has no such role */
export async function findRole(from: Queries, workspaceId: string, role: string): Promise<Role | undefined> {
  return isBuiltIn(role) ? { role, rolePermissions: null } : findOwnRole(from, workspaceId, role);
}

/** Finds a custom role. @returns undefined when the workspace has no such role */
export async function findOwnRole(from: Queries, workspaceId: string, role: string): Promise<OwnRole | undefined> {
  const [found] = await from.query<OwnRole>(
    `SELECT ${COLUMNS} FROM workspace_roles WHERE workspace_id = $1 AND name = $2`,
    [workspaceId, role],
  );
  return found;
}
