import { describe, expect, it } from '@jest/globals';
import { explain, type MemberRules } from './explain.js';
import { byNoun, covers } from '../../../app/permission.js';

const MEMBER: MemberRules = {
  role: 'member',
  rolePermissions: ['tasks:read', 'topics:read', 'webhooks:read'],
  grant: [],
  deny: [],
};
const asked = (permission: string, rules: Partial<MemberRules> = {}) => explain({ ...MEMBER, ...rules }, permission);

describe('the explanation of a permission', () => {
  it('names the role that gives it', () => {
    expect(asked('tasks:read')).toMatchObject({ verdict: 'yes', cause: { kind: 'role', role: 'member' } });
  });

  it('names the role that does not include it', () => {
    expect(asked('tasks:write')).toMatchObject({ verdict: 'no', cause: { kind: 'none', role: 'member' } });
  });

  it('lets a grant beat the role, and a denial beat both', () => {
    expect(asked('tasks:write', { grant: ['tasks:write'] })).toMatchObject({
      verdict: 'yes',
      cause: { kind: 'grant' },
    });
    expect(asked('tasks:read', { grant: ['tasks:read'], deny: ['tasks:read'] })).toMatchObject({
      verdict: 'no',
      cause: { kind: 'deny', rule: 'tasks:read' },
    });
  });

  it('applies a permission without a scope to each path', () => {
    expect(asked('topics:read:orders/42')).toMatchObject({
      verdict: 'yes',
      cause: { kind: 'role', rule: 'topics:read' },
    });
    expect(asked('topics:read:orders/42', { deny: ['topics:read'] })).toMatchObject({
      verdict: 'no',
      cause: { rule: 'topics:read' },
    });
  });

  it('applies `*` to what lies below it, and not to the path itself', () => {
    const rules = { rolePermissions: [], grant: ['topics:read:orders/*'] };
    expect(asked('topics:read:orders/42', rules).verdict).toBe('yes');
    expect(asked('topics:read:orders/eu/42', rules).verdict).toBe('yes');
    expect(asked('topics:read:orders', rules).verdict).toBe('no');
    expect(asked('topics:read:ordersx/42', rules).verdict).toBe('no');
  });

  it('lets the denial of a subtree beat the grant of a path in it', () => {
    const rules = { grant: ['topics:read:orders/42'], deny: ['topics:read:orders/*'] };
    expect(asked('topics:read:orders/42', rules)).toMatchObject({
      verdict: 'no',
      cause: { kind: 'deny', rule: 'topics:read:orders/*' },
    });
  });

  it('says which part is denied, or which is the only one', () => {
    expect(asked('topics:read', { deny: ['topics:read:secret/*'] })).toMatchObject({
      verdict: 'part',
      cause: { kind: 'role' },
      except: ['topics:read:secret/*'],
    });
    expect(asked('topics:read', { rolePermissions: [], grant: ['topics:read:orders/*'] })).toMatchObject({
      verdict: 'part',
      only: [{ kind: 'grant', rule: 'topics:read:orders/*' }],
    });
  });

  it('does not count a part that a wider rule denies', () => {
    const rules = { rolePermissions: [], grant: ['topics:read:orders/42'], deny: ['topics:read:orders/*'] };
    expect(asked('topics:read', rules)).toMatchObject({ verdict: 'no', cause: { kind: 'none' } });
  });

  it('keeps permissions with similar names apart', () => {
    expect(asked('topics:publish:orders').verdict).toBe('no');
    expect(covers('topics:read:*', 'topics:read')).toBe(false);
    expect(covers('topics:read', 'topics:read:*')).toBe(true);
  });
});

describe('permissions by noun', () => {
  it('come in the order of their names, each once', () => {
    expect(byNoun(['topics:read:a', 'topics:read', 'audit:read', 'topics:publish'])).toEqual([
      ['audit', ['audit:read']],
      ['topics', ['topics:publish', 'topics:read']],
    ]);
  });
});
