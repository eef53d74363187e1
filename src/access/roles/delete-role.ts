import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { isBuiltIn } from '../public/workspace-role.js';
import { lockMembers } from '../members/lock-members.js';
import { checkRoleChange } from './role-rules.js';
import { roleBuiltIn, roleInUse, roleNotFound } from './role.errors.js';
import { findOwnRole } from './workspace-roles.js';

@Injectable()
export class DeleteRole {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws `role.in-use`, `role.built-in`, `role.not-found`, or the errors of `checkRoleChange` */
  async run(actor: RequestActor, workspaceId: string, name: string): Promise<void> {
    if (isBuiltIn(name)) throw roleBuiltIn();
    await this.database.transaction(async (tx) => {
      // Every change of a member takes this lock too, so no member gets the role meanwhile.
      const { caller } = await lockMembers(tx, workspaceId, actor.principal.userId);
      checkRoleChange(caller, { scopes: actor.principal.scopes, before: [], after: [] });
      const role = await findOwnRole(tx, workspaceId, name);
      if (role === undefined) throw roleNotFound();
      const holders = await tx.query('SELECT 1 FROM members WHERE workspace_id = $1 AND role = $2 LIMIT 1', [
        workspaceId,
        name,
      ]);
      if (holders.length > 0) throw roleInUse();
      await tx.query('DELETE FROM workspace_roles WHERE workspace_id = $1 AND name = $2', [workspaceId, name]);
      const before = { permissions: role.rolePermissions };
      await this.audit.record(tx, { action: 'role.deleted', actor, workspaceId, target: name, before });
    });
  }
}
