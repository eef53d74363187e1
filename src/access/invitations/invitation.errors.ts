import { defineError } from '../../platform/errors.js';

/** For the list. */
export const invitationNotFound = defineError({
  code: 'invitation.not-found',
  kind: 'not-found',
  title: 'There is no such invitation.',
});

/** The same for an unknown, a used, a revoked and an expired token. */
export const invitationInvalid = defineError({
  code: 'invitation.invalid',
  kind: 'not-found',
  title: 'This invitation was used or revoked, or has expired; ask for another one.',
});

export const inviterLacksRights = defineError({
  code: 'invitation.inviter-lacks-rights',
  kind: 'forbidden',
  title: 'The inviter may not invite to this role any more; ask for another invitation.',
});

export const accountExists = defineError({
  code: 'invitation.account-exists',
  kind: 'conflict',
  title: 'The invited address belongs to a user; sign in to accept the invitation.',
});

export const otherAddress = defineError({
  code: 'invitation.other-address',
  kind: 'forbidden',
  title: 'This invitation is for another e-mail address than yours.',
});

export const alreadyMember = defineError({
  code: 'invitation.already-member',
  kind: 'conflict',
  title: 'The user with this e-mail address is a member of the workspace already.',
});

export const tooManyInvitations = defineError({
  code: 'invitation.too-many',
  kind: 'conflict',
  title: 'There are too many open invitations; revoke some of them first.',
});
