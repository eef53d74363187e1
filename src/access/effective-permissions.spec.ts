import { describe, expect, it } from '@jest/globals';
import type { PermissionDefinition } from './contracts/define-permission.js';
import { effectivePermissions, permissionsOfRole, type Rights } from './effective-permissions.js';

const declared: PermissionDefinition[] = [
  { name: 'tasks:write', roles: ['member'] },
  { name: 'members:manage', roles: [] },
  { name: 'audit:read', roles: [] },
  { name: 'tasks:read', roles: ['member', 'viewer'] },
];

const all = ['audit:read', 'members:manage', 'tasks:read', 'tasks:write'];

const rights = (changes: Partial<Rights>): Rights => ({ role: 'viewer', granted: [], denied: [], ...changes });

describe('effective permissions', () => {
  it.each([
    ['owner', all],
    ['admin', all],
    ['member', ['tasks:read', 'tasks:write']],
    ['viewer', ['tasks:read']],
  ] as const)('of the role %s are what the rooms declared for it, sorted', (role, expected) => {
    expect(effectivePermissions(rights({ role }), declared)).toEqual(expected);
    expect(permissionsOfRole(role, declared).toSorted()).toEqual(expected);
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
