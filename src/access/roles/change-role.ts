import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Fence } from '../../platform/fence/fence.js';
import { isBuiltIn } from '../public/workspace-role.js';
import type { Role } from '../permissions/effective-permissions.js';
import { lockMembers } from '../members/lock-members.js';
import { checkRoleChange } from './role-rules.js';
import { roleBuiltIn, roleNotFound } from './role.errors.js';
import type { ChangeRoleRequest } from './role.schemas.js';
import { findOwnRole } from './workspace-roles.js';

@Injectable()
export class ChangeRole {
  constructor(
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * Changes the permissions of every member with the role, on every node by the time that this returns.
   * @throws `role.built-in`, `role.not-found`, or the errors of `checkRoleChange`
   */
  async run(actor: RequestActor, workspaceId: string, name: string, { permissions }: ChangeRoleRequest): Promise<Role> {
    if (isBuiltIn(name)) throw roleBuiltIn();
    await this.fence.transaction(async (tx, changed) => {
      const { caller } = await lockMembers(tx, workspaceId, actor.principal.userId);
      const role = await findOwnRole(tx, workspaceId, name);
      const before = role?.rolePermissions ?? [];
      checkRoleChange(caller, { scopes: actor.principal.scopes, before, after: permissions });
      if (role === undefined) throw roleNotFound();
      await tx.query('UPDATE workspace_roles SET permissions = $3 WHERE workspace_id = $1 AND name = $2', [
        workspaceId,
        name,
        permissions,
      ]);
      const holders = await tx.query<{ user_id: string }>(
        'SELECT user_id FROM members WHERE workspace_id = $1 AND role = $2',
        [workspaceId, name],
      );
      for (const holder of holders) changed(holder.user_id);
      const [was, is] = [{ permissions: before }, { permissions }];
      await this.audit.record(tx, {
        action: 'role.changed',
        actor,
        workspaceId,
        target: name,
        before: was,
        after: is,
      });
    });
    return { role: name, rolePermissions: permissions };
  }
}
