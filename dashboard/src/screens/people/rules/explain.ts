import { covers } from '../../../app/permission.js';

/** The role of a member with its permissions, and the member's own grants and denials. */
export interface MemberRules {
  readonly role: string;
  readonly rolePermissions: readonly string[];
  readonly grant: readonly string[];
  readonly deny: readonly string[];
}

/** The rule that decides. */
export type Cause =
  | { readonly kind: 'deny' | 'grant'; readonly rule: string }
  | { readonly kind: 'role'; readonly role: string; readonly rule: string }
  | { readonly kind: 'none'; readonly role: string };

export interface Explanation {
  /** `part`: the member has a part of the permission. */
  readonly verdict: 'yes' | 'part' | 'no';
  readonly cause: Cause;
  /** The denials that take a part away. */
  readonly except: readonly string[];
  /** The rules that give the only parts; empty when a rule gives the whole permission. */
  readonly only: readonly Cause[];
}

/** Whether a member has a permission, and by which rule: deny beats grant beats role, also for scopes. */
export function explain(member: MemberRules, asked: string): Explanation {
  const { role, rolePermissions, grant, deny } = member;
  const denial = deny.find((rule) => covers(rule, asked));
  if (denial !== undefined) return decided('no', { kind: 'deny', rule: denial });
  const except = deny.filter((rule) => covers(asked, rule));
  const rules: readonly Cause[] = [
    ...grant.map((rule) => ({ kind: 'grant', rule }) as const),
    ...rolePermissions.map((rule) => ({ kind: 'role', role, rule }) as const),
  ];
  const whole = rules.find((cause) => 'rule' in cause && covers(cause.rule, asked));
  if (whole !== undefined) return { verdict: except.length === 0 ? 'yes' : 'part', cause: whole, except, only: [] };
  const only = rules.filter(
    (cause) => 'rule' in cause && covers(asked, cause.rule) && !deny.some((denied) => covers(denied, cause.rule)),
  );
  const [first] = only;
  if (first === undefined) return decided('no', { kind: 'none', role });
  return { verdict: 'part', cause: first, except, only };
}

const decided = (verdict: Explanation['verdict'], cause: Cause): Explanation => ({
  verdict,
  cause,
  except: [],
  only: [],
});
