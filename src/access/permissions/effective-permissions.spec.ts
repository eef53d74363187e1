import { describe, expect, it } from '@jest/globals';
import type { PermissionDefinition } from '../public/define-permission.js';
import { effectivePermissions, permissionsOfRole, type Rights } from './effective-permissions.js';

const declared: PermissionDefinition[] = [
  { name: 'tasks:write', roles: ['member'] },
  { name: 'members:manage', roles: [] },
  { name: 'audit:read', roles: [] },
  { name: 'tasks:read', roles: ['member', 'viewer'] },
];

const all = ['audit:read', 'members:manage', 'tasks:read', 'tasks:write'];

const rights = (changes: Partial<Rights>): Rights => ({
  role: 'viewer',
  rolePermissions: null,
  granted: [],
  denied: [],
  ...changes,
});

describe('effective permissions', () => {
  it.each([
    ['owner', all],
    ['admin', all],
    ['member', ['tasks:read', 'tasks:write']],
    ['viewer', ['tasks:read']],
  ] as const)('of the role %s are the declared ones, sorted', (role, expected) => {
    expect(effectivePermissions(rights({ role }), declared)).toEqual(expected);
    expect(permissionsOfRole(rights({ role }), declared).toSorted()).toEqual(expected);
  });

  it('of a custom role are the stored ones that are declared', () => {
    const own = { role: 'auditor', rolePermissions: ['audit:read', 'gone:read'] };
    expect(effectivePermissions(rights(own), declared)).toEqual(['audit:read']);
    expect(effectivePermissions(rights({ ...own, denied: ['audit:read'] }), declared)).toEqual([]);
  });

  it('of an unknown role are none', () => {
    expect(effectivePermissions(rights({ role: 'ghost' }), declared)).toEqual([]);
  });

  it('of a built-in role cannot be replaced by stored ones', () => {
    expect(effectivePermissions(rights({ role: 'viewer', rolePermissions: all }), declared)).toEqual(['tasks:read']);
    expect(effectivePermissions(rights({ role: 'owner', rolePermissions: [] }), declared)).toEqual(all);
  });

  it('include grants', () => {
    expect(effectivePermissions(rights({ granted: ['audit:read'] }), declared)).toEqual(['audit:read', 'tasks:read']);
  });

  it('exclude denied permissions of the role', () => {
    expect(effectivePermissions(rights({ role: 'admin', denied: ['tasks:read'] }), declared)).toEqual(
      all.filter((name) => name !== 'tasks:read'),
    );
  });

  it('exclude a permission that is both granted and denied', () => {
    const both = rights({ granted: ['audit:read'], denied: ['audit:read'] });
    expect(effectivePermissions(both, declared)).toEqual(['tasks:read']);
  });

  it('exclude undeclared permissions, even when granted', () => {
    expect(effectivePermissions(rights({ granted: ['gone:read'] }), declared)).toEqual(['tasks:read']);
  });
});
