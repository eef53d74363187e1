import { describe, expect, it } from '@jest/globals';
import type { WorkspaceRole } from '../public/workspace-role.js';
import type { Rights } from '../permissions/effective-permissions.js';
import { checkChange, type MemberChange } from './member-rules.js';

const MANAGE = 'members:manage';

const is = (role: WorkspaceRole, changes: Partial<Rights> = {}): Rights => ({
  role,
  rolePermissions: null,
  granted: [],
  denied: [],
  ...changes,
});

const codeOf = (change: Partial<MemberChange>): string => {
  try {
    checkChange({ caller: is('owner'), before: undefined, after: undefined, otherOwners: 1, ...change });
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a change to a member', () => {
  it('is rejected for a non-member as if the workspace did not exist', () => {
    expect(codeOf({ caller: undefined, after: is('viewer') })).toBe('workspace.not-found');
  });

  it('is rejected without the permission to manage members', () => {
    expect(codeOf({ caller: is('member'), after: is('viewer') })).toBe('permission.denied');
    expect(codeOf({ caller: is('admin', { denied: [MANAGE] }), after: is('viewer') })).toBe('permission.denied');
  });

  it('is allowed to a member with that permission, for permissions that the member has', () => {
    const manager = is('member', { granted: [MANAGE] });
    expect(codeOf({ caller: manager, after: is('viewer') })).toBe('allowed');
    expect(codeOf({ caller: manager, after: is('viewer', { granted: [MANAGE] }) })).toBe('allowed');
    expect(codeOf({ caller: manager, after: is('viewer', { granted: ['audit:read'] }) })).toBe('permission.denied');
  });

  it('cannot give a permission that the caller lacks through a role', () => {
    expect(codeOf({ caller: is('member', { granted: [MANAGE] }), after: is('admin') })).toBe('permission.denied');
    const half = is('admin', { denied: ['audit:read'] });
    expect(codeOf({ caller: half, before: is('viewer'), after: is('admin') })).toBe('permission.denied');
  });

  it('cannot give a permission that the caller lacks by removing a denial, not even to the caller', () => {
    const half = is('admin', { denied: ['audit:read'] });
    expect(codeOf({ caller: half, before: half, after: is('admin') })).toBe('permission.denied');
  });

  it('cannot hide a grant that the caller lacks behind a denial or a role that has it', () => {
    const half = is('admin', { denied: ['audit:read'] });
    const hidden = is('viewer', { granted: ['audit:read'], denied: ['audit:read'] });
    expect(codeOf({ caller: half, after: hidden })).toBe('permission.denied');
    const kept = is('admin', { granted: ['audit:read'] });
    expect(codeOf({ caller: half, before: is('admin'), after: kept })).toBe('permission.denied');
  });

  it('cannot give a role with permissions that the caller lacks, even with denials', () => {
    const half = is('admin', { denied: ['audit:read'] });
    const auditor = is('auditor', { rolePermissions: ['audit:read'] });
    expect(codeOf({ caller: half, after: auditor })).toBe('permission.denied');
    expect(codeOf({ caller: half, after: { ...auditor, denied: ['audit:read'] } })).toBe('permission.denied');
    expect(codeOf({ caller: half, before: auditor, after: { ...auditor, denied: ['audit:read'] } })).toBe('allowed');
    expect(codeOf({ caller: is('admin'), after: auditor })).toBe('allowed');
  });

  it('lets an owner take back their own denial, and an admin not', () => {
    for (const [role, code] of [
      ['owner', 'allowed'],
      ['admin', 'permission.denied'],
    ] as const) {
      const half = is(role, { denied: ['audit:read'] });
      expect(codeOf({ caller: half, before: half, after: is(role) })).toBe(code);
    }
  });

  it('can keep a permission that another member granted', () => {
    const half = is('admin', { denied: ['audit:read'] });
    const before = is('viewer', { granted: ['audit:read'] });
    expect(codeOf({ caller: half, before, after: is('member', { granted: ['audit:read'] }) })).toBe('allowed');
  });

  it.each([
    ['add', undefined, is('owner')],
    ['promote a member to', is('viewer'), is('owner')],
    ['demote', is('owner'), is('admin')],
    ['remove', is('owner'), undefined],
  ])('lets an owner %s an owner, but not an admin', (_action, before, after) => {
    expect(codeOf({ caller: is('owner'), before, after })).toBe('allowed');
    expect(codeOf({ caller: is('admin'), before, after })).toBe('member.owner-required');
  });

  it('cannot demote or remove the last owner', () => {
    expect(codeOf({ before: is('owner'), after: is('admin'), otherOwners: 0 })).toBe('workspace.last-owner');
    expect(codeOf({ before: is('owner'), after: undefined, otherOwners: 0 })).toBe('workspace.last-owner');
    expect(codeOf({ before: is('owner'), after: is('owner'), otherOwners: 0 })).toBe('allowed');
  });

  it('cannot deny an owner the permission to manage members', () => {
    expect(codeOf({ before: is('owner'), after: is('owner', { denied: [MANAGE] }) })).toBe('member.owner-denied');
  });
});
