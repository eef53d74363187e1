import { Injectable } from '@nestjs/common';
import { adminRequired } from '../../identity/public/auth.errors.js';
import { hashOfOneTimeToken } from '../../identity/public/one-time-token.js';
import type { Principal } from '../../identity/public/principal.js';
import { Database } from '../../platform/database/database.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { Access } from '../public/access.js';
import { invitationInvalid } from './invitation.errors.js';
import { findByToken, listInvitations, type HeldInvitation, type InvitationRow } from './invitation-rows.js';
import type { InvitationsQuery } from './invitation.schemas.js';

@Injectable()
export class ReadInvitations {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
  ) {}

  /**
   * Oldest first; returns `limit + 1` invitations when there are more.
   * @throws `auth.admin-required` without a workspace, `workspace.not-found`, `permission.denied`
   */
  async list(caller: Principal, { workspaceId, limit, cursor }: InvitationsQuery): Promise<InvitationRow[]> {
    if (workspaceId !== undefined) await this.access.require(caller, workspaceId, MEMBERS_MANAGE);
    else if (!caller.isAdmin) throw adminRequired();
    return listInvitations(this.database, workspaceId ?? null, limit + 1, cursor);
  }

  /** @throws `invitation.invalid` */
  async byToken(token: string): Promise<HeldInvitation> {
    const found = await findByToken(this.database, hashOfOneTimeToken(token));
    if (found === undefined) throw invitationInvalid();
    return found;
  }
}
