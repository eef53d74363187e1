import { Injectable } from '@nestjs/common';
import { isId } from '../is-id.js';
import { Database } from '../../platform/database/database.js';
import { effectivePermissions } from '../permissions/effective-permissions.js';
import { RightsPreview } from '../public/rights-preview.js';
import { roleUnknown } from '../roles/role.errors.js';
import { findRole } from '../roles/workspace-roles.js';
import type { MemberPreview, PutMemberRequest } from './member.schemas.js';
import { Memberships } from './memberships.js';

const NOTHING = { subscriptions: 0, sockets: 0, documents: 0 };

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
  ): Promise<MemberPreview> {
    const role = await findRole(this.database, workspaceId, name);
    if (role === undefined) throw roleUnknown();
    const found = isId(userId) ? await this.memberships.of(userId, [workspaceId]) : undefined;
    const membership = found?.get(workspaceId);
    const before = membership === undefined ? [] : effectivePermissions(membership);
    const after = effectivePermissions({ ...role, granted: grant, denied: deny });
    const permissions = {
      gained: after.filter((permission) => !before.includes(permission)),
      lost: before.filter((permission) => !after.includes(permission)),
    };
    const isSame = permissions.gained.length === 0 && permissions.lost.length === 0;
    if (isSame || before.length === 0) return { permissions, closes: NOTHING, missingNodes: [] };
    const { closes, missing } = await this.preview.ask({ userId, workspaceId, permissions: after });
    return { permissions, closes, missingNodes: missing };
  }
}
