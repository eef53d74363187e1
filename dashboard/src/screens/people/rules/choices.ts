import { explain, type MemberRules } from './explain.js';
import { covers } from '../../../app/permission.js';

/** The part of a member's own rules that concerns one permission. */
export type Choice = 'role' | 'grant' | 'deny';
export const CHOICES = ['role', 'grant', 'deny'] as const;

export const choiceOf = ({ grant, deny }: Pick<MemberRules, 'grant' | 'deny'>, permission: string): Choice =>
  deny.includes(permission) ? 'deny' : grant.includes(permission) ? 'grant' : 'role';

type OwnRules = Pick<MemberRules, 'grant' | 'deny'>;

/** The member's rules after a choice. `role` also removes the rules for parts of the permission. */
export function rulesAfter(
  { grant, deny }: OwnRules,
  permission: string,
  choice: Choice,
): { grant: string[]; deny: string[] } {
  const isGone = (rule: string): boolean => (choice === 'role' ? covers(permission, rule) : rule === permission);
  const kept = { grant: grant.filter((rule) => !isGone(rule)), deny: deny.filter((rule) => !isGone(rule)) };
  if (choice !== 'role') kept[choice].push(permission);
  return kept;
}

/** The signed-in user, as one of the workspace's members. */
export interface Manager {
  readonly role: string;
  readonly permissions: readonly string[];
}

/** Whether the server lets the manager change anything about a member. */
export const mayManage = (manager: Manager, memberRole: string): boolean =>
  manager.permissions.includes('members:manage') && (memberRole !== 'owner' || manager.role === 'owner');

const has = ({ role, permissions }: Manager, permission: string): boolean =>
  role === 'owner' ||
  (permissions.some((held) => covers(held, permission)) &&
    !permissions.some((held) => held.startsWith('-') && overlaps(held.slice(1), permission)));

const overlaps = (one: string, other: string): boolean => covers(one, other) || covers(other, one);

/**
 * The choices that the server accepts from this manager: a manager who is no owner can't give a permission that they
 * lack, and an owner can't be denied the management of members.
 */
export function choicesFor(manager: Manager, member: MemberRules, permission: string): readonly Choice[] {
  if (!mayManage(manager, member.role)) return [];
  return CHOICES.filter((choice) => {
    if (choice === choiceOf(member, permission) && choice !== 'role') return true;
    if (choice === 'deny') return !(member.role === 'owner' && permission === 'members:manage');
    if (choice === 'grant') return has(manager, permission);
    const after = explain({ ...member, ...rulesAfter(member, permission, 'role') }, permission);
    return after.verdict === 'no' || explain(member, permission).verdict === 'yes' || has(manager, permission);
  });
}
