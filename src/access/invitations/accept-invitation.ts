import { Injectable } from '@nestjs/common';
import type { OpenSession } from '../../identity/public/open-session.js';
import { SignUp } from '../../identity/public/sign-up.js';
import { emailTaken } from '../../identity/public/user.errors.js';
import { Audit } from '../../platform/audit/audit.js';
import { TidingsError } from '../../platform/errors.js';
import { Fence } from '../../platform/fence/fence.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { WriteMember } from '../members/write-member.js';
import { accountExists, invitationInvalid } from './invitation.errors.js';
import { lockInviterAgain } from './invitation-rights.js';
import { deleteInvitation } from './invitation-rows.js';
import type { AcceptInvitationRequest } from './invitation.schemas.js';
import { ReadInvitations } from './read-invitations.js';

/** An invited person creates their account. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly invitations: ReadInvitations,
    private readonly signUp: SignUp,
    private readonly fence: Fence,
    private readonly writeMember: WriteMember,
    private readonly audit: Audit,
  ) {}

  /**
   * Creates the user, as a member of the workspace of the invitation if it names one, and signs them in.
   * @throws `invitation.invalid`, `invitation.account-exists`, `invitation.inviter-lacks-rights`
   */
  async run({ token, name, password }: AcceptInvitationRequest, client: ClientInfo): Promise<OpenSession> {
    const invitation = await this.invitations.byToken(token);
    if (invitation.hasAccount) throw accountExists();
    const { id, email, workspaceId, mailed, inviterIsAdmin } = invitation;
    const passwordHash = await this.signUp.hashPassword(password);
    const shownName = name ?? invitation.name ?? email;
    // A link that a member of a workspace has passed on does not prove whose address it is.
    const account = { email, name: shownName, passwordHash, emailUnverified: !mailed && !inviterIsAdmin };
    const work = this.fence.transaction(async (tx, changed) => {
      const target = await lockInviterAgain(tx, invitation);
      if (!(await deleteInvitation(tx, id))) throw invitationInvalid();
      const session = await this.signUp.create(tx, account, client);
      const { userId } = session;
      const actor = { ...client, actorId: userId };
      if (target !== undefined && workspaceId !== null) {
        const member = { userId, email, name: shownName, ...target.rights };
        await this.writeMember.run(tx, changed, { actor, workspaceId, before: undefined, member });
      }
      const after = { userId, invitedBy: invitation.invitedBy, mailed };
      await this.audit.record(tx, { action: 'invitation.accepted', actor, workspaceId, target: id, after });
      return session;
    });
    return work.catch((error: unknown) => {
      const isTaken = error instanceof TidingsError && error.definition === emailTaken.definition;
      throw isTaken ? accountExists() : error;
    });
  }
}
