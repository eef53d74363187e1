import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { isBuiltIn } from '../public/workspace-role.js';
import type { Role } from '../permissions/effective-permissions.js';
import { lockMembers } from '../members/lock-members.js';
import { checkRoleChange } from './role-rules.js';
import { roleBuiltIn, roleTaken, tooManyRoles } from './role.errors.js';
import type { CreateRoleRequest } from './role.schemas.js';
import { rolesOf } from './workspace-roles.js';

/** Bounds the list of roles, which has no pages. */
const MAX_ROLES = 100;

@Injectable()
export class CreateRole {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws `role.built-in`, `role.name-taken`, `role.too-many`, or the errors of `checkRoleChange` */
  async run(actor: RequestActor, workspaceId: string, { name, permissions }: CreateRoleRequest): Promise<Role> {
    if (isBuiltIn(name)) throw roleBuiltIn();
    await this.database.transaction(async (tx) => {
      const { caller } = await lockMembers(tx, workspaceId, actor.principal.userId);
      checkRoleChange(caller, {
        scopes: actor.principal.scopes,
        before: [],
        after: permissions,
      });
      const roles = await rolesOf(tx, workspaceId);
      if (roles.some(({ role }) => role === name)) throw roleTaken();
      if (roles.length >= MAX_ROLES) throw tooManyRoles();
      await tx.query('INSERT INTO workspace_roles (workspace_id, name, permissions) VALUES ($1, $2, $3)', [
        workspaceId,
        name,
        permissions,
      ]);
      await this.audit.record(tx, {
        action: 'role.created',
        actor,
        workspaceId,
        target: name,
        after: { permissions },
      });
    });
    return { role: name, rolePermissions: permissions };
  }
}
