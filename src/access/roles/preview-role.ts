import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RightsPreview, type RightsChangePreview } from '../public/rights-preview.js';
import { isBuiltIn } from '../public/workspace-role.js';
import { roleBuiltIn, roleNotFound } from './role.errors.js';
import type { ChangeRoleRequest } from './role.schemas.js';
import { findOwnRole } from './workspace-roles.js';

/** Tells what a change of a role would do. It changes nothing and locks nothing. */
@Injectable()
export class PreviewRole {
  constructor(
    private readonly database: Database,
    private readonly preview: RightsPreview,
  ) {}

  /** @throws `role.built-in`, `role.not-found` */
  async run(workspaceId: string, name: string, { permissions }: ChangeRoleRequest): Promise<RightsChangePreview> {
    if (isBuiltIn(name)) throw roleBuiltIn();
    const role = await findOwnRole(this.database, workspaceId, name);
    if (role === undefined) throw roleNotFound();
    return this.preview.run(role.rolePermissions, { workspaceId, of: { role: name }, permissions });
  }
}
