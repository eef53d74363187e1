import { z } from 'zod';
import type { AuditedChange } from '../../platform/audit/read-rows.js';

interface PastMember {
  readonly role: string;
  readonly granted: readonly string[];
  readonly denied: readonly string[];
}

/** The rights of a user in a workspace, while the changes since a time are taken back. */
export interface PastRights {
  /** Undefined: not a member. */
  member: PastMember | undefined;
  /** False: disabled or deleted. */
  isActive: boolean;
  /** The permissions of the workspace's own roles. */
  readonly roles: Map<string, readonly string[]>;
}

const names = z.array(z.string());
const memberState = z
  .object({ role: z.string(), grant: names, deny: names })
  .transform(({ role, grant, deny }): PastMember => ({ role, granted: grant, denied: deny }));
const roleState = z.object({ permissions: names });
const userState = z.object({ disabled: z.boolean() });

/** The member after the newest of these changes; the newest comes first. */
export function stateAfter(changes: readonly AuditedChange[]): PastMember | undefined {
  return memberState.safeParse(changes.find(({ action }) => action.startsWith('member.'))?.after).data;
}

/** Sets the rights to those before the change, as the audit log recorded them. */
export function undoChange(rights: PastRights, { action, target, before }: AuditedChange): void {
  if (action.startsWith('member.')) rights.member = memberState.safeParse(before).data;
  else if (action.startsWith('role.')) undoRole(rights.roles, target ?? '', roleState.safeParse(before).data);
  else if (action === 'user.deleted') rights.isActive = true;
  else if (action === 'user.changed') rights.isActive = userState.safeParse(before).data?.disabled === false;
}

function undoRole(
  roles: PastRights['roles'],
  name: string,
  before: { readonly permissions: readonly string[] } | undefined,
): void {
  if (before === undefined) roles.delete(name);
  else roles.set(name, before.permissions);
}
