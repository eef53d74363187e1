import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { checkChange } from './member-rules.js';
import { memberNotFound } from './member.errors.js';
import { auditedMember } from './member.schemas.js';
import { lockMembers } from './lock-members.js';

@Injectable()
export class RemoveMember {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /** @throws `member.not-found`, or the errors of `checkChange` */
  async run(actor: RequestActor, workspaceId: string, userId: string): Promise<void> {
    if (!isId(userId)) throw memberNotFound();
    await this.fence.transaction(async (tx, changed) => {
      const { userId: callerId, scopes } = actor.principal;
      const { caller, members, otherOwners } = await lockMembers(tx, workspaceId, callerId, userId);
      const before = members.get(userId);
      checkChange({ caller, scopes, before, after: undefined, otherOwners });
      if (before === undefined) throw memberNotFound();
      await tx.query('DELETE FROM members WHERE workspace_id = $1 AND user_id = $2', [workspaceId, userId]);
      changed(userId);
      const entry = { actor, workspaceId, target: userId, before: auditedMember(before) };
      await this.audit.record(tx, { action: 'member.removed', ...entry });
    });
  }
}
