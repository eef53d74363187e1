import type { Principal } from '../../identity/public/principal.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { permissionDenied, workspaceNotFound } from '../public/access.errors.js';
import { permissionsOf, type Rights } from '../permissions/effective-permissions.js';

/** What a role is to be worth, and what it was worth; nothing before it was made. */
export interface RoleChange {
  /** Of the caller's API key. */
  readonly scopes: Principal['scopes'];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The caller's rights must be those under the lock of the workspace.
 * @throws the error that says why the caller may not make this change
 */
export function checkRoleChange(caller: Rights | undefined, { scopes, before, after }: RoleChange): void {
  if (caller === undefined) throw workspaceNotFound();
  const own = permissionsOf({ scopes }, caller);
  if (!own.includes(MEMBERS_MANAGE)) throw permissionDenied(`This takes ${MEMBERS_MANAGE}.`);
  const lacking = after.filter((permission) => !before.includes(permission) && !own.includes(permission));
  if (lacking.length > 0) throw permissionDenied(`Nobody can give what he hasn't got: ${lacking.join(', ')}.`);
}
