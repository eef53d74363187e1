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
  ] as const)('of the role %s are what the rooms declared for it, sorted', (role, expected) => {
    expect(effectivePermissions(rights({ role }), declared)).toEqual(expected);
    expect(permissionsOfRole(rights({ role }), declared).toSorted()).toEqual(expected);
  });

  it('of a role that a workspace has made are those that it stored, as far as a room declares them', () => {
    const own = { role: 'auditor', rolePermissions: ['audit:read', 'gone:read'] };
    expect(effectivePermissions(rights(own), declared)).toEqual(['audit:read']);
    expect(effectivePermissions(rights({ ...own, denied: ['audit:read'] }), declared)).toEqual([]);
  });

  it('are none by a role that is neither built in nor stored', () => {
    expect(effectivePermissions(rights({ role: 'ghost' }), declared)).toEqual([]);
  });

  it('of a built-in role cannot be replaced by stored ones', () => {
    expect(effectivePermissions(rights({ role: 'viewer', rolePermissions: all }), declared)).toEqual(['tasks:read']);
    expect(effectivePermissions(rights({ role: 'owner', rolePermissions: [] }), declared)).toEqual(all);
  });

  it('include what was granted beyond the role', () => {
    expect(effectivePermissions(rights({ granted: ['audit:read'] }), declared)).toEqual(['audit:read', 'tasks:read']);
  });

  it('lack what was denied, though the role has it', () => {
    expect(effectivePermissions(rights({ role: 'admin', denied: ['tasks:read'] }), declared)).toEqual(
      all.filter((name) => name !== 'tasks:read'),
    );
  });

  it('lack what was both granted and denied', () => {
    const both = rights({ granted: ['audit:read'], denied: ['audit:read'] });
    expect(effectivePermissions(both, declared)).toEqual(['tasks:read']);
  });

  it('contain nothing that no room declares, even when it was granted once', () => {
    expect(effectivePermissions(rights({ granted: ['gone:read'] }), declared)).toEqual(['tasks:read']);
  });
});
