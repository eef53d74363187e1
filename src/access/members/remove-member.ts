import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/contracts/principal.js';
import { Fence } from '../../platform/fence/fence.js';
import { isId } from '../is-id.js';
import { checkChange } from './member-rules.js';
import { memberNotFound } from './member.errors.js';
import { lockRoster } from './roster.js';

@Injectable()
export class RemoveMember {
  constructor(private readonly fence: Fence) {}

  /** @throws `member.not-found`, or the error that says why the caller may not */
  async execute(caller: Principal, workspaceId: string, userId: string): Promise<void> {
    if (!isId(userId)) throw memberNotFound();
    await this.fence.transaction(async (tx, changed) => {
      const { members, owners } = await lockRoster(tx, workspaceId, [caller.userId, userId]);
      const before = members.get(userId);
      checkChange({ caller: members.get(caller.userId), before, after: undefined, owners });
      if (before === undefined) throw memberNotFound();
      await tx.query('DELETE FROM members WHERE workspace_id = $1 AND user_id = $2', [workspaceId, userId]);
      changed(userId);
    });
  }
}
