import { describe, expect, it } from '@jest/globals';
import { Dice } from '../../../test/support/dice.js';
import { effectivePermissions, permissionsOf, type Rights } from '../permissions/effective-permissions.js';
import type { PermissionDefinition } from './define-permission.js';
import { definePermission, isPermission } from './define-permission.js';
import { covers, holds, intersectPermissions, isScope } from './scoped-permissions.js';

const declared: PermissionDefinition[] = [
  { name: 'parts:read', roles: ['member', 'viewer'], scoped: true },
  { name: 'parts:write', roles: ['member'], scoped: true },
  { name: 'whole:read', roles: ['member'] },
];
for (const { name, roles, ...options } of declared) definePermission(name, roles, options);

describe('a scope', () => {
  it.each(['a', 'orders/*', 'orders/eu', 'a/b/c/d/e/f/g/h', 'a/b/c/d/e/f/g/*', '*', 'v1.2_x-y', '0'])(
    'may be %s',
    (scope) => {
      expect(isScope(scope)).toBe(true);
      expect(isPermission(`parts:read:${scope}`)).toBe(true);
    },
  );

  it.each(['', '/', 'a/', '/a', 'a//b', 'A', 'a b', '*/a', 'a/*/b', 'or*', '.a', '-a', 'a/b/c/d/e/f/g/h/i', 'a:b'])(
    'may not be %j',
    (scope) => {
      expect(isScope(scope)).toBe(false);
      expect(isPermission(`parts:read:${scope}`)).toBe(false);
    },
  );

  it('is refused on a permission that takes none', () => {
    expect(isPermission('whole:read')).toBe(true);
    expect(isPermission('whole:read:orders/*')).toBe(false);
  });
});

describe('a permission for a subtree', () => {
  it.each([
    ['parts:read', 'parts:read:orders/eu'],
    ['parts:read:*', 'parts:read:orders/eu'],
    ['parts:read:orders/*', 'parts:read:orders/eu'],
    ['parts:read:orders/*', 'parts:read:orders/eu/north'],
    ['parts:read:orders/*', 'parts:read:orders/eu/*'],
    ['parts:read:orders/*', 'parts:read:orders/*'],
  ])('%s covers %s', (wide, narrow) => {
    expect(covers(wide, narrow)).toBe(true);
  });

  it.each([
    ['parts:read:orders/*', 'parts:read:orders'],
    ['parts:read:orders/*', 'parts:read:orders-of-others/eu'],
    ['parts:read:orders/*', 'parts:write:orders/eu'],
    ['parts:read:orders/eu', 'parts:read:orders/eu/north'],
    ['parts:read:orders/*', 'parts:read'],
    ['parts:read:orders/eu/*', 'parts:read:orders/*'],
  ])('%s does not cover %s', (wide, narrow) => {
    expect(covers(wide, narrow)).toBe(false);
  });
});

describe('the rights to parts of a permission', () => {
  const rights = (changes: Partial<Rights>): Rights => {
    return { role: 'custom', rolePermissions: [], granted: [], denied: [], ...changes };
  };

  it('are shown with an exception for a part that is denied', () => {
    const effective = effectivePermissions(rights({ role: 'viewer', denied: ['parts:read:secret/*'] }), declared);
    expect(effective).toEqual(['-parts:read:secret/*', 'parts:read']);
    expect(holds(new Set(effective), 'parts:read:open')).toBe(true);
    expect(holds(new Set(effective), 'parts:read:secret/one')).toBe(false);
    expect(holds(new Set(effective), 'parts:read')).toBe(false);
  });

  it('of an API key are no more than its scopes and no more than its user has', () => {
    const of = (scopes: string[], changes: Partial<Rights>) =>
      permissionsOf({ scopes: new Set(scopes) }, rights(changes));
    expect(of(['parts:read:a/*'], { role: 'viewer' })).toEqual(['parts:read:a/*']);
    expect(of(['parts:read'], { granted: ['parts:read:a/*'] })).toEqual(['parts:read:a/*']);
    expect(of(['parts:read:b/*'], { granted: ['parts:read:a/*'] })).toEqual([]);
    expect(of(['parts:read:a/b/*'], { role: 'viewer', denied: ['parts:read:a/*'] })).toEqual([]);
    expect(of(['parts:read:a/*'], { role: 'viewer', denied: ['parts:read:a/b'] })).toEqual([
      '-parts:read:a/b',
      'parts:read:a/*',
    ]);
  });

  it('agree with a naive evaluation of role, grants, denials and scopes, for random rights', () => {
    const dice = new Dice(7);
    const paths = ['a', 'b'].flatMap((a) => [a, ...['x', 'y'].flatMap((b) => [`${a}/${b}`, `${a}/${b}/z`])]);
    const written = [
      'parts:read',
      ...[...paths, ...paths.map((path) => `${path}/*`)].map((scope) => `parts:read:${scope}`),
    ];
    const some = (max: number) =>
      Array.from({ length: dice.below(max + 1) }, () => written[dice.below(written.length)] ?? '');
    for (let round = 0; round < 3_000; round++) {
      const own = rights({ rolePermissions: some(2), granted: some(2), denied: some(2) });
      const scopes = new Set(some(2));
      const path = paths[dice.below(paths.length)] ?? '';
      const includes = (list: readonly string[]) => list.some((text) => naivelyCovers(text, path));
      const mayRead = (includes(own.rolePermissions ?? []) || includes(own.granted)) && !includes(own.denied);
      const effective = new Set(effectivePermissions(own, declared));
      const wanted = `parts:read:${path}`;
      expect([own, path, holds(effective, wanted)]).toEqual([own, path, mayRead]);
      const limited = new Set(permissionsOf({ scopes }, own));
      expect([own, scopes, path, holds(limited, wanted)]).toEqual([
        own,
        scopes,
        path,
        mayRead && includes([...scopes]),
      ]);
      const twice = new Set(intersectPermissions(limited, effective));
      expect(holds(twice, wanted)).toBe(holds(limited, wanted));
    }
  });
});

function naivelyCovers(permission: string, path: string): boolean {
  const scope = permission.split(':')[2];
  if (scope === undefined) return true;
  return scope.endsWith('/*') ? path.startsWith(scope.slice(0, -1)) : scope === path;
}
