import { z } from 'zod';
import { permissionNames } from '../public/define-permission.js';
import { workspaceRole } from '../public/workspace-role.js';
import { effectivePermissions, type Rights } from '../permissions/effective-permissions.js';

export const putMemberRequest = z
  .strictObject({
    role: workspaceRole,
    grant: permissionNames.default([]).describe('permissions beyond those of the role'),
    deny: permissionNames.default([]).describe('permissions that this member lacks despite role and grants'),
  })
  .meta({ id: 'PutMemberRequest', example: { role: 'viewer', grant: ['webhooks:manage'], deny: [] } });

export const memberResponse = z
  .object({
    userId: z.uuid(),
    email: z.string(),
    name: z.string(),
    role: workspaceRole,
    grant: z.array(z.string()),
    deny: z.array(z.string()),
    permissions: z.array(z.string()).describe('the effective permissions: deny overrides grant, grant overrides role'),
  })
  .meta({ id: 'Member' });

export type PutMemberRequest = z.infer<typeof putMemberRequest>;
export type MemberResponse = z.infer<typeof memberResponse>;

/** A member with the name and the e-mail address of the user. */
export interface MemberRow extends Rights {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

/** The fields of a member that the audit trail records. */
export function auditedMember({ role, granted, denied }: Rights) {
  return { role, grant: granted, deny: denied };
}

export function showMember(member: MemberRow): MemberResponse {
  const { userId, email, name, role, granted, denied } = member;
  return {
    userId,
    email,
    name,
    role,
    grant: [...granted],
    deny: [...denied],
    permissions: effectivePermissions(member),
  };
}
