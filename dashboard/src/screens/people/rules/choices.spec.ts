import { describe, expect, it } from '@jest/globals';
import { choiceOf, choicesFor, rulesAfter } from './choices.js';
import type { MemberRules } from './explain.js';

const VIEWER: MemberRules = { role: 'viewer', rolePermissions: ['tasks:read'], grant: [], deny: [] };
const OWNER = { role: 'owner', permissions: ['audit:read', 'members:manage', 'tasks:read', 'tasks:write'] };

describe('the choices for a permission of a member', () => {
  it('are all three for a manager who has the permission', () => {
    expect(choicesFor(OWNER, VIEWER, 'tasks:write')).toEqual(['role', 'grant', 'deny']);
  });

  it('are none without the permission to manage members', () => {
    expect(choicesFor({ role: 'member', permissions: ['tasks:write'] }, VIEWER, 'tasks:write')).toEqual([]);
  });

  it('are none for an owner when the manager is not one', () => {
    expect(choicesFor({ ...OWNER, role: 'admin' }, { ...VIEWER, role: 'owner' }, 'tasks:write')).toEqual([]);
  });

  it('do not let a manager give a permission that they lack', () => {
    const manager = { role: 'member', permissions: ['members:manage'] };
    expect(choicesFor(manager, VIEWER, 'tasks:write')).toEqual(['role', 'deny']);
    expect(choicesFor(manager, { ...VIEWER, deny: ['tasks:read'] }, 'tasks:read')).toEqual(['deny']);
  });

  it('let an owner take back their own denial', () => {
    const member = { ...VIEWER, role: 'owner', rolePermissions: OWNER.permissions, deny: ['tasks:read'] };
    const manager = { role: 'owner', permissions: ['members:manage'] };
    expect(choicesFor(manager, member, 'tasks:read')).toEqual(['role', 'grant', 'deny']);
  });

  it('do not let an owner lose the management of members', () => {
    expect(choicesFor(OWNER, { ...VIEWER, role: 'owner' }, 'members:manage')).not.toContain('deny');
  });
});

describe('the rules after a choice', () => {
  it('hold the permission once, as granted or denied', () => {
    const denied = rulesAfter({ grant: ['tasks:read'], deny: [] }, 'tasks:read', 'deny');
    expect(denied).toEqual({ grant: [], deny: ['tasks:read'] });
    expect(choiceOf(denied, 'tasks:read')).toBe('deny');
    expect(rulesAfter(denied, 'tasks:read', 'grant')).toEqual({ grant: ['tasks:read'], deny: [] });
  });

  it('keep no part of the permission when the role decides, and those of others', () => {
    const rules = { grant: ['topics:read:orders/*', 'tasks:write'], deny: ['topics:read'] };
    expect(rulesAfter(rules, 'topics:read', 'role')).toEqual({ grant: ['tasks:write'], deny: [] });
  });
});
