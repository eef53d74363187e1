import { describe, expect, it } from '@jest/globals';
import { newId } from '../../platform/ids.js';
import type { Grant } from '../public/principal.js';
import { VerifiedTokens } from './verified-tokens.js';

const grantFor = (milliseconds: number): Grant => ({ userId: newId(), expiresAt: Date.now() + milliseconds });

describe('VerifiedTokens', () => {
  it('returns the grant of a token that was added, and of no other one', () => {
    const tokens = new VerifiedTokens(0);
    const grant = grantFor(60_000);
    tokens.add('a.b.c', grant);
    expect(tokens.get('a.b.c')).toBe(grant);
    expect(tokens.get('a.b.d')).toBeUndefined();
  });

  it('forgets a token that has expired, after the leeway', () => {
    const tokens = new VerifiedTokens(5_000);
    tokens.add('young', grantFor(-4_000));
    tokens.add('old', grantFor(-6_000));
    expect(tokens.get('young')).toBeDefined();
    expect(tokens.get('old')).toBeUndefined();
  });

  it('forgets the token that was used least recently above the limit', () => {
    const tokens = new VerifiedTokens(0, 2);
    for (const token of ['a', 'b']) tokens.add(token, grantFor(60_000));
    tokens.get('a');
    tokens.add('c', grantFor(60_000));
    expect(['a', 'b', 'c'].map((token) => tokens.get(token) !== undefined)).toEqual([true, false, true]);
  });
});
