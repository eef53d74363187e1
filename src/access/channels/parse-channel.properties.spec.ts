import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineChannelKind } from '../public/define-channel-kind.js';
import { isScope, isScopeSegment } from '../public/scoped-permissions.js';
import '../public/user-channel.js';
import { parseChannel } from './parse-channel.js';

defineChannelKind({ noun: 'board', owner: 'workspace', permission: 'boards:read', isPart: isScopeSegment });
defineChannelKind({
  noun: 'shelf',
  owner: 'workspace',
  permission: 'shelves:read',
  parseId: (id) => ({ workspaceId: id.slice(0, 36), scope: id.slice(37) }),
});

const piece = fc.oneof(
  fc.constantFrom('user', 'board', 'shelf', ':', '/', '*', '-', '..', '.', '__proto__', 'a', 'orders', ''),
  fc.uuid(),
  fc.string({ maxLength: 6 }),
);
const name = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
const near = fc
  .tuple(fc.constantFrom('user:', 'board:', 'shelf:'), fc.uuid(), fc.constantFrom('', '/'), name)
  .map((parts) => parts.join(''));

describe('the name of a channel', () => {
  it('is one channel of one owner with one permission, or none, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(name, near), (text) => {
        const channel = parseChannel(text);
        if (channel === undefined) return;
        expect(`${channel.kind.noun}:${channel.id}`).toBe(text);
        expect(channel.permission === undefined).toBe(channel.kind.owner === 'user');
        if (channel.workspaceId !== undefined) expect(channel.id.startsWith(channel.workspaceId)).toBe(true);
        const scope = channel.permission?.split(':')[2];
        if (channel.kind.noun === 'board' && scope !== undefined) expect(isScope(scope)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
