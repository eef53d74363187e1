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

  it('is due at half of a short life', () => {
    expect(renewalIn(endingIn(20), NOW)).toBe(10_000);
  });

  it('is due at once after the expiry, and never in the past', () => {
    expect(renewalIn(endingIn(0), NOW)).toBe(0);
    expect(renewalIn(endingIn(-3_600), NOW)).toBe(0);
  });

  it('reads claims that differ in base64 and base64url', () => {
    const claims = { exp: NOW / 1_000 + 900, sub: '>>>???ÿ' };
    const token = tokenWith(claims);
    expect(token).toMatch(/[-_]/);
    expect(renewalIn(token, NOW)).toBe(840_000);
  });

  it.each([
    ['an API key', 'tk_abcdefgh'],
    ['no expiry', tokenWith({ sub: 'ada' })],
    ['an expiry that is not a number', tokenWith({ exp: 'tomorrow' })],
    ['claims that are null', `e30.${Buffer.from('null').toString('base64url')}.x`],
    ['claims that are not JSON', 'e30.bm9uc2Vuc2U.x'],
    ['no content', ''],
  ])('is never due for a token with %s', (_, token) => {
    expect(renewalIn(token, NOW)).toBeUndefined();
  });
});
