import type { Principal } from '../../identity/public/principal.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { permissionDenied, workspaceNotFound } from '../public/access.errors.js';
import { holds } from '../public/scoped-permissions.js';
import { permissionsOf, type Rights } from '../permissions/effective-permissions.js';

/** The permissions of a role before and after a change; `before` is empty for a new role. */
export interface RoleChange {
  /** The scopes of the caller's API key. */
  readonly scopes: Principal['scopes'];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The caller's rights must have been read under the lock of the workspace.
 * @throws `workspace.not-found`, `permission.denied`
 */
export function checkRoleChange(caller: Rights | undefined, { scopes, before, after }: RoleChange): void {
  if (caller === undefined) throw workspaceNotFound();
  const own = permissionsOf({ scopes }, caller);
  if (!own.includes(MEMBERS_MANAGE)) throw permissionDenied(`This call requires ${MEMBERS_MANAGE}.`);
  const [had, held] = [new Set(before), new Set(own)];
  const lacking = after.filter((permission) => !holds(had, permission) && !holds(held, permission));
  if (lacking.length > 0)
    throw permissionDenied(`You can't grant a permission that you don't have: ${lacking.join(', ')}.`);
}
