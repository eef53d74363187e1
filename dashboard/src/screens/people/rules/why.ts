import { destinations } from '../../../app/navigation.js';
import { words } from '../../../words/words.js';
import type { Cause, Explanation } from './explain.js';
import { parsePermission } from '../../../app/permission.js';

/** The rule in words, e.g. `allowed by role member`. */
export function whyText({ verdict, cause, except, only }: Explanation): string {
  const { why } = words.people;
  const exceptions = except.length === 0 ? '' : `, ${why.except(except.join(', '))}`;
  if (verdict === 'part' && only.length > 0) return why.part(only.map(partText).join(', ')) + exceptions;
  return causeText(cause) + exceptions;
}

function causeText(cause: Cause): string {
  const { why } = words.people;
  if (cause.kind === 'none') return why.none(cause.role);
  if (cause.kind === 'role') return why.role(cause.role);
  const isWhole = parsePermission(cause.rule).scope === undefined;
  if (cause.kind === 'grant') return isWhole ? why.grant : why.grantOf(cause.rule);
  return isWhole ? why.deny : why.denyOf(cause.rule);
}

function partText(cause: Cause): string {
  const { partBy } = words.people.why;
  if (cause.kind === 'role') return partBy.role(cause.role, cause.rule);
  return cause.kind === 'none' ? '' : partBy.grant(cause.rule);
}

export type Sign = 'role' | 'grant' | 'deny' | 'none' | 'part';

export const signOf = ({ verdict, cause }: Explanation): Sign => (verdict === 'part' ? 'part' : cause.kind);

/** The screens that take the permission, by their names. */
const screensOf = (permission: string): string =>
  destinations
    .filter((destination) => destination.permission === permission)
    .map(({ id }) => words.navigation[id])
    .join(', ');

/** Tells which screens a change of the answer closes or opens for the member. */
export function effectText(permission: string, before: Explanation, after: Explanation): string {
  const { choice } = words.people;
  const screens = screensOf(permission);
  if (before.verdict === after.verdict) return before.verdict === 'part' ? choice.part : choice.stays;
  if (after.verdict === 'no') return screens === '' ? choice.closes : choice.closesScreens(screens);
  if (before.verdict === 'no') return screens === '' ? choice.opens : choice.opensScreens(screens);
  return choice.part;
}
