import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { userNotFound } from '../../identity/public/user.errors.js';
import { FindUser } from '../../identity/public/find-user.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { Fence } from '../../platform/fence/fence.js';
import { memberJoined, workspaceChannel } from '../public/access.declarations.js';
import { channelName } from '../public/define-channel-kind.js';
import { roleUnknown } from '../roles/role.errors.js';
import { findRole } from '../roles/workspace-roles.js';
import { checkChange } from './member-rules.js';
import { auditedMember, type MemberRow, type PutMemberRequest } from './member.schemas.js';
import { lockMembers } from './lock-members.js';

@Injectable()
export class PutMember {
  constructor(
    private readonly fence: Fence,
    private readonly users: FindUser,
    private readonly eventLog: EventLog,
    private readonly audit: Audit,
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
      await this.upsert(tx, workspaceId, member);
      if (before === undefined) await this.publishJoin(tx, workspaceId, member, actor);
      changed(id);
      await this.audit.record(tx, {
        action: before === undefined ? 'member.added' : 'member.changed',
        actor,
        workspaceId,
        target: id,
        before: before && auditedMember(before),
        after: auditedMember(member),
      });
      return member;
    });
  }

  private async upsert(tx: Transaction, workspaceId: string, member: MemberRow): Promise<void> {
    await tx.query(
      `INSERT INTO members (workspace_id, user_id, role, granted, denied) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (workspace_id, user_id)
       DO UPDATE SET role = excluded.role, granted = excluded.granted, denied = excluded.denied`,
      [workspaceId, member.userId, member.role, member.granted, member.denied],
    );
  }

  private async publishJoin(
    tx: Transaction,
    workspaceId: string,
    member: MemberRow,
    actor: RequestActor,
  ): Promise<void> {
    const channel = channelName(workspaceChannel.noun, workspaceId);
    const payload = { workspaceId, userId: member.userId, role: member.role };
    await this.eventLog.append(tx, [draftEvent(memberJoined, channel, payload, actor.actorId, actor.socketSession)]);
  }
}
