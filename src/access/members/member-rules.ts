import type { Principal } from '../../identity/public/principal.js';
import { lastOwner } from '../../identity/public/user.errors.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { permissionDenied, workspaceNotFound } from '../public/access.errors.js';
import {
  effectivePermissions,
  permissionsOf,
  permissionsOfRole,
  type Rights,
} from '../permissions/effective-permissions.js';
import { ownerDenied, ownerRequired } from './member.errors.js';

/** A change to one member; without `before` one joins, without `after` one goes. */
export interface MemberChange {
  readonly caller: Rights | undefined;
  /** Of the caller's API key. */
  readonly scopes?: Principal['scopes'];
  readonly before: Rights | undefined;
  readonly after: Rights | undefined;
  /** How many other owners of the workspace are not disabled. */
  readonly otherOwners: number;
}

/** @throws the error that says why the caller may not make this change */
export function checkChange({ caller, scopes, before, after, otherOwners }: MemberChange): void {
  if (caller === undefined) throw workspaceNotFound();
  const own = permissionsOf({ scopes }, caller);
  if (!own.includes(MEMBERS_MANAGE)) throw permissionDenied(`This takes ${MEMBERS_MANAGE}.`);
  const wasOwner = before?.role === 'owner';
  const isOwner = after?.role === 'owner';
  if ((wasOwner || isOwner) && caller.role !== 'owner') throw ownerRequired();
  if (wasOwner && !isOwner && otherOwners === 0) throw lastOwner();
  // Otherwise the last owner could lock everybody out.
  if (isOwner && after.denied.includes(MEMBERS_MANAGE)) throw ownerDenied();
  const lacking = given(before, after).filter((permission) => !own.includes(permission));
  if (lacking.length > 0) throw permissionDenied(`Nobody can give what he hasn't got: ${lacking.join(', ')}.`);
}

/**
 * What the change gives, in whichever way: by a grant, by a role, by taking a denial away. A new grant counts even where
 * it has no effect yet, and so does all that a new role is worth, because it would have one later.
 */
function given(before: Rights | undefined, after: Rights | undefined): string[] {
  if (after === undefined) return [];
  const had = before === undefined ? [] : effectivePermissions(before);
  const gained = effectivePermissions(after).filter((permission) => !had.includes(permission));
  const granted = after.granted.filter((permission) => !before?.granted.includes(permission));
  const ofRole = after.role === before?.role ? [] : permissionsOfRole(after);
  return [...new Set([...gained, ...granted, ...ofRole])];
}
