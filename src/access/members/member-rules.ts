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
import { covers, holds, isException } from '../public/scoped-permissions.js';
import { ownerDenied, ownerRequired } from './member.errors.js';

/** A change to one member: added without `before`, removed without `after`. */
export interface MemberChange {
  readonly caller: Rights | undefined;
  /** The scopes of the caller's API key. */
  readonly scopes?: Principal['scopes'];
  readonly before: Rights | undefined;
  readonly after: Rights | undefined;
  /** The number of other owners of the workspace who are not disabled. */
  readonly otherOwners: number;
}

/** @throws the error that says why the caller may not make this change */
export function checkChange({ caller, scopes, before, after, otherOwners }: MemberChange): void {
  if (caller === undefined) throw workspaceNotFound();
  const own = permissionsOf({ scopes }, caller);
  if (!own.includes(MEMBERS_MANAGE)) throw permissionDenied(`This call requires ${MEMBERS_MANAGE}.`);
  const wasOwner = before?.role === 'owner';
  const isOwner = after?.role === 'owner';
  if ((wasOwner || isOwner) && caller.role !== 'owner') throw ownerRequired();
  if (wasOwner && !isOwner && otherOwners === 0) throw lastOwner();
  // Otherwise a workspace could lose its last member who can manage members.
  if (isOwner && after.denied.includes(MEMBERS_MANAGE)) throw ownerDenied();
  // An owner who has denied themselves a permission may take that back, unless the API key lacks it.
  const held = new Set(caller.role === 'owner' ? permissionsOf({ scopes }, { ...caller, denied: [] }) : own);
  const lacking = grantedBy(before, after).filter((permission) => !holds(held, permission));
  if (lacking.length > 0)
    throw permissionDenied(`You can't grant a permission that you don't have: ${lacking.join(', ')}.`);
}

/**
 * The permissions that a change gives by a grant, by a role or by removing a denial. A new grant or role counts even
 * where a denial hides it, because it takes effect when the denial is removed.
 */
function grantedBy(before: Rights | undefined, after: Rights | undefined): string[] {
  if (after === undefined) return [];
  const had = new Set(before === undefined ? [] : effectivePermissions(before));
  const has = effectivePermissions(after).filter((permission) => !isException(permission));
  const gained = has.filter((permission) => !had.has(permission));
  const allowedAgain = (before?.denied ?? []).filter(
    (denied) => !after.denied.includes(denied) && has.some((permission) => covers(permission, denied)),
  );
  const granted = after.granted.filter((permission) => !before?.granted.includes(permission));
  const ofRole = after.role === before?.role ? [] : permissionsOfRole(after);
  return [...new Set([...gained, ...allowedAgain, ...granted, ...ofRole])];
}
