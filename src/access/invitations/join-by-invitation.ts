import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { FindUser } from '../../identity/public/find-user.js';
import { Audit } from '../../platform/audit/audit.js';
import { Fence } from '../../platform/fence/fence.js';
import { WriteMember } from '../members/write-member.js';
import { invitationInvalid, otherAddress } from './invitation.errors.js';
import { lockInviterAgain } from './invitation-rights.js';
import { deleteInvitation } from './invitation-rows.js';
import { ReadInvitations } from './read-invitations.js';

/** An invited person who has an account joins the workspace. */
@Injectable()
export class JoinByInvitation {
  constructor(
    private readonly invitations: ReadInvitations,
    private readonly users: FindUser,
    private readonly fence: Fence,
    private readonly writeMember: WriteMember,
    private readonly audit: Audit,
  ) {}

  /**
   * A member keeps their role.
   * @returns the workspace that the user is now a member of, if the invitation names one
   * @throws `invitation.invalid`, `invitation.other-address`, `invitation.inviter-lacks-rights`
   */
  async run(actor: RequestActor, token: string): Promise<string | null> {
    const invitation = await this.invitations.byToken(token);
    const { id, email, workspaceId, invitedBy, mailed } = invitation;
    const user = await this.users.byId(actor.principal.userId);
    if (user.email !== email) throw otherAddress();
    await this.fence.transaction(async (tx, changed) => {
      const target = await lockInviterAgain(tx, invitation, user.id);
      if (!(await deleteInvitation(tx, id))) throw invitationInvalid();
      if (target !== undefined && workspaceId !== null && !target.locked.members.has(user.id)) {
        const member = { userId: user.id, email, name: user.name, ...target.rights };
        await this.writeMember.run(tx, changed, { actor, workspaceId, before: undefined, member });
      }
      const after = { userId: user.id, invitedBy, mailed };
      await this.audit.record(tx, { action: 'invitation.accepted', actor, workspaceId, target: id, after });
    });
    return workspaceId;
  }
}
