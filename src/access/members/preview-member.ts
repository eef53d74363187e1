import { Injectable } from '@nestjs/common';
import { isId } from '../is-id.js';
import { Database } from '../../platform/database/database.js';
import { effectivePermissions } from '../permissions/effective-permissions.js';
import { RightsPreview, type RightsChangePreview } from '../public/rights-preview.js';
import { roleUnknown } from '../roles/role.errors.js';
import { findRole } from '../roles/workspace-roles.js';
import type { PutMemberRequest } from './member.schemas.js';
import { Memberships } from './memberships.js';

/** Tells what a change of a member would do. It changes nothing and locks nothing. */
@Injectable()
export class PreviewMember {
  constructor(
    private readonly database: Database,
    private readonly memberships: Memberships,
    private readonly preview: RightsPreview,
  ) {}

  /** @throws `role.unknown` */
  async run(
    workspaceId: string,
    userId: string,
    { role: name, grant, deny }: PutMemberRequest,
  ): Promise<RightsChangePreview> {
    const role = await findRole(this.database, workspaceId, name);
    if (role === undefined) throw roleUnknown();
    return this.compare(workspaceId, userId, effectivePermissions({ ...role, granted: grant, denied: deny }));
  }

  async removal(workspaceId: string, userId: string): Promise<RightsChangePreview> {
    return this.compare(workspaceId, userId, []);
  }

  private async compare(workspaceId: string, userId: string, after: readonly string[]): Promise<RightsChangePreview> {
    const found = isId(userId) ? await this.memberships.of(userId, [workspaceId]) : undefined;
    const membership = found?.get(workspaceId);
    const before = membership === undefined ? [] : effectivePermissions(membership);
    return this.preview.run(before, { workspaceId, of: { userId }, permissions: [...after] });
  }
}
