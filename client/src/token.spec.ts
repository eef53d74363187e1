import { describe, expect, it } from '@jest/globals';
import { renewalIn } from './token.js';

const NOW = Date.UTC(2026, 0, 1);

const tokenWith = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
const endingIn = (seconds: number): string => tokenWith({ exp: NOW / 1_000 + seconds });

describe('the renewal of a token', () => {
  it('is due a minute before the end of a long life', () => {
    expect(renewalIn(endingIn(900), NOW)).toBe(840_000);
    expect(renewalIn(endingIn(120), NOW)).toBe(60_000);
  });

  it('is due in the middle of a short life', () => {
    expect(renewalIn(endingIn(20), NOW)).toBe(10_000);
  });

  it('is due at once when the life is over, and never before now', () => {
    expect(renewalIn(endingIn(0), NOW)).toBe(0);
    expect(renewalIn(endingIn(-3_600), NOW)).toBe(0);
  });

  it('reads claims that are not the same in base64 and base64url', () => {
    const claims = { exp: NOW / 1_000 + 900, sub: '>>>???ÿ' };
    const token = tokenWith(claims);
    expect(token).toMatch(/[-_]/);
    expect(renewalIn(token, NOW)).toBe(840_000);
  });

  it.each([
    ['an API key', 'tk_abcdefgh'],
    ['no end', tokenWith({ sub: 'ada' })],
    ['an end that is no number', tokenWith({ exp: 'tomorrow' })],
    ['claims that are null', `e30.${Buffer.from('null').toString('base64url')}.x`],
    ['claims that are no JSON', 'e30.bm9uc2Vuc2U.x'],
    ['nothing in it', ''],
  ])('is never due for a token with %s', (_, token) => {
    expect(renewalIn(token, NOW)).toBeUndefined();
  });
});
