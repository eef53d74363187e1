import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { TidingsError } from '../../platform/errors.js';
import { isId } from '../is-id.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { Access } from '../public/access.js';
import { invitationNotFound } from './invitation.errors.js';
import { deleteInvitation, findInvitation, type InvitationRow } from './invitation-rows.js';

@Injectable()
export class RevokeInvitation {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly audit: Audit,
  ) {}

  /** @throws `invitation.not-found`, also for one of another workspace; `permission.denied`, `auth.admin-required` */
  async run(actor: RequestActor, id: string): Promise<void> {
    const invitation = isId(id) ? await findInvitation(this.database, id) : undefined;
    if (invitation === undefined) throw invitationNotFound();
    const { workspaceId } = invitation;
    if (workspaceId === null) return this.revokeOfInstallation(actor, invitation);
    await this.access
      .transaction(actor.principal, workspaceId, MEMBERS_MANAGE, (tx) => this.delete(tx, actor, invitation))
      .catch((error: unknown) => {
        const isForeign = error instanceof TidingsError && error.definition === workspaceNotFound.definition;
        throw isForeign ? invitationNotFound() : error;
      });
  }

  private async revokeOfInstallation(actor: RequestActor, invitation: InvitationRow): Promise<void> {
    if (!actor.principal.isAdmin) throw invitationNotFound();
    await this.database.transaction(async (tx) => {
      await lockAdministrator(tx, actor.principal.userId);
      await this.delete(tx, actor, invitation);
    });
  }

  private async delete(tx: Transaction, actor: RequestActor, invitation: InvitationRow): Promise<void> {
    const { id, workspaceId, email, role } = invitation;
    if (!(await deleteInvitation(tx, id))) throw invitationNotFound();
    const entry = { actor, workspaceId, target: id, before: { email, role } };
    await this.audit.record(tx, { action: 'invitation.revoked', ...entry });
  }
}
