import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { userNotFound } from '../../identity/public/user.errors.js';
import { FindUser } from '../../identity/public/find-user.js';
import { Fence } from '../../platform/fence/fence.js';
import { roleUnknown } from '../roles/role.errors.js';
import { findRole } from '../roles/workspace-roles.js';
import { checkChange } from './member-rules.js';
import type { MemberRow, PutMemberRequest } from './member.schemas.js';
import { lockMembers } from './lock-members.js';
import { WriteMember } from './write-member.js';

@Injectable()
export class PutMember {
  constructor(
    private readonly fence: Fence,
    private readonly users: FindUser,
    private readonly writeMember: WriteMember,
  ) {}

  /**
   * Adds a user to a workspace or changes a member's rights, on every node by the time that this returns.
   * @throws `user.not-found`, `role.unknown`, or the errors of `checkChange`
   */
  async run(
    actor: RequestActor,
    workspaceId: string,
    userId: string,
    { role: roleName, grant, deny }: PutMemberRequest,
  ): Promise<MemberRow> {
    const { id, email, name } = await this.users.byId(userId);
    const actorId = actor.principal.userId;
    return this.fence.transaction(async (tx, changed) => {
      const { caller, members, otherOwners, isUser } = await lockMembers(tx, workspaceId, actorId, id);
      if (!isUser(id)) throw userNotFound();
      const role = await findRole(tx, workspaceId, roleName);
      if (role === undefined) throw roleUnknown();
      const before = members.get(id);
      const member = { userId: id, email, name, ...role, granted: grant, denied: deny };
      checkChange({ caller, scopes: actor.principal.scopes, before, after: member, otherOwners });
      await this.writeMember.run(tx, changed, { actor, workspaceId, before, member });
      return member;
    });
  }
}
