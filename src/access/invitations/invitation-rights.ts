import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import type { Principal } from '../../identity/public/principal.js';
import type { Transaction } from '../../platform/database/database.js';
import { TidingsError } from '../../platform/errors.js';
import { checkChange } from '../members/member-rules.js';
import { lockMembers, type LockedMembers } from '../members/lock-members.js';
import { findRole } from '../roles/workspace-roles.js';
import { roleUnknown } from '../roles/role.errors.js';
import type { Rights } from '../permissions/effective-permissions.js';
import { inviterLacksRights } from './invitation.errors.js';
import type { InvitationRow } from './invitation-rows.js';

/** The workspace and the role that an invitation leads to. */
export interface LockedTarget {
  readonly rights: Rights;
  readonly locked: LockedMembers;
}

type Inviter = Pick<Principal, 'userId' | 'scopes'>;
type Wanted = Pick<InvitationRow, 'workspaceId' | 'role'>;

/**
 * Checks that the inviter may add a member with this role, or without a workspace is an administrator, and locks these
 * rights until the transaction ends. Call it before taking any other lock.
 * @param invitedId the invited user, once known
 * @returns undefined without a workspace
 * @throws `auth.admin-required`, `role.unknown`, `workspace.not-found`, and the errors of `checkChange`
 */
export async function lockInviter(
  tx: Transaction,
  { userId, scopes }: Inviter,
  { workspaceId, role: roleName }: Wanted,
  invitedId?: string,
): Promise<LockedTarget | undefined> {
  if (workspaceId === null) {
    await lockAdministrator(tx, userId);
    return undefined;
  }
  const locked = await lockMembers(tx, workspaceId, userId, invitedId);
  const role = await findRole(tx, workspaceId, roleName ?? '');
  if (role === undefined) throw roleUnknown();
  const rights = { ...role, granted: [], denied: [] };
  const { caller, otherOwners } = locked;
  checkChange({ caller, scopes, before: undefined, after: rights, otherOwners });
  return { rights, locked };
}

/** As `lockInviter`, when an invitation is accepted: the inviter may have lost the rights since. */
export async function lockInviterAgain(
  tx: Transaction,
  invitation: InvitationRow,
  invitedId?: string,
): Promise<LockedTarget | undefined> {
  try {
    return await lockInviter(tx, { userId: invitation.invitedBy }, invitation, invitedId);
  } catch (error) {
    throw error instanceof TidingsError ? inviterLacksRights() : error;
  }
}
