import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covers, holds, holdsPartOf, intersectPermissions, isException } from '../public/scoped-permissions.js';
import { effectivePermissions, type Rights } from './effective-permissions.js';

const declared = [
  { name: 'parts:read', roles: ['viewer', 'member'] as const, scoped: true },
  { name: 'parts:write', roles: ['member'] as const, scoped: true },
  { name: 'whole:read', roles: ['viewer'] as const },
];

const PATHS = ['a', 'ab'].flatMap((first) => [first, `${first}/a`, `${first}/ab`]);
const SCOPES = [...PATHS, ...PATHS.map((path) => `${path}/*`), '*'];
/** Every permission that can be written about these paths. */
const ALL = [
  ...declared.map(({ name }) => name),
  ...['parts:read', 'parts:write'].flatMap((name) => SCOPES.map((scope) => `${name}:${scope}`)),
];

const permission = fc.constantFrom(...ALL);
const several = fc.array(permission, { maxLength: 4 });
const role = fc.oneof(
  fc.constantFrom('owner', 'admin', 'member', 'viewer').map((name) => ({ role: name, rolePermissions: null })),
  several.map((rolePermissions) => ({ role: 'custom', rolePermissions })),
);
const rights: fc.Arbitrary<Rights> = fc
  .tuple(role, several, several)
  .map(([own, granted, denied]) => ({ ...own, granted, denied }));

const effective = (given: Rights): ReadonlySet<string> => new Set(effectivePermissions(given, declared));
const heldIn = (permissions: ReadonlySet<string>): string[] => ALL.filter((wanted) => holds(permissions, wanted));
const held = (given: Rights): string[] => heldIn(effective(given));

describe('effective permissions', () => {
  it('do not depend on the order in which rights were given', () => {
    fc.assert(
      fc.property(rights, (given) => {
        const [granted, denied] = [given.granted.toReversed(), given.denied.toReversed()];
        expect(effective({ ...given, granted, denied })).toEqual(effective(given));
      }),
    );
  });

  it('are never more after a denial, and exclude what it denies', () => {
    fc.assert(
      fc.property(rights, permission, (given, denial) => {
        const less = held({ ...given, denied: [...given.denied, denial] });
        expect(held(given)).toEqual(expect.arrayContaining(less));
        expect(less.filter((one) => covers(denial, one) || covers(one, denial))).toEqual([]);
      }),
    );
  });

  it('are never fewer after a grant, which counts unless a denial takes a part of it', () => {
    fc.assert(
      fc.property(rights, permission, (given, grant) => {
        const more = held({ ...given, granted: [...given.granted, grant] });
        expect(more).toEqual(expect.arrayContaining(held(given)));
        const isTouched = given.denied.some((denial) => covers(denial, grant) || covers(grant, denial));
        expect(more.includes(grant)).toBe(!isTouched);
      }),
    );
  });

  it('that include a permission include each part of it', () => {
    fc.assert(
      fc.property(rights, (given) => {
        const all = held(given);
        const parts = ALL.filter((narrow) => all.some((wide) => covers(wide, narrow)));
        expect(parts).toEqual(all);
      }),
    );
  });

  it('have exceptions only for parts of what they include', () => {
    fc.assert(
      fc.property(rights, (given) => {
        const all = [...effective(given)];
        const positives = all.filter((one) => !isException(one));
        for (const exception of all.filter(isException))
          expect(positives.some((positive) => covers(positive, exception.slice(1)))).toBe(true);
      }),
    );
  });

  it('with a part of a permission include its name', () => {
    fc.assert(
      fc.property(rights, (given) => {
        for (const wanted of held(given)) {
          const name = wanted.split(':').slice(0, 2).join(':');
          expect(holdsPartOf(effective(given), name)).toBe(true);
        }
      }),
    );
  });
});

describe('the common part of two sets of permissions', () => {
  it('includes what both include, and nothing else', () => {
    fc.assert(
      fc.property(rights, rights, (one, other) => {
        const both = heldIn(new Set(intersectPermissions(effective(one), effective(other))));
        const others = new Set(held(other));
        expect(both).toEqual(held(one).filter((wanted) => others.has(wanted)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same in either order, with itself, and with everything', () => {
    const everything = new Set(declared.map(({ name }) => name));
    fc.assert(
      fc.property(rights, rights, (first, second) => {
        const [one, other] = [effective(first), effective(second)];
        expect(intersectPermissions(one, other)).toEqual(intersectPermissions(other, one));
        expect(new Set(intersectPermissions(one, one))).toEqual(one);
        expect(new Set(intersectPermissions(one, everything))).toEqual(one);
      }),
    );
  });
});

describe('a permission', () => {
  it('covers itself, and what a permission covers that it covers', () => {
    for (const wide of ALL) {
      expect(covers(wide, wide)).toBe(true);
      for (const middle of ALL.filter((one) => covers(wide, one)))
        expect(ALL.filter((one) => covers(middle, one) && !covers(wide, one))).toEqual([]);
    }
  });
});
