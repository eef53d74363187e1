import { describe, expect, it } from '@jest/globals';
import { noRefreshCookie, readRefreshCookie, refreshCookie } from './refresh-cookie.js';

const plain = { production: false, publicUrl: 'http://localhost:3000' };

describe('the refresh cookie', () => {
  it('is scoped to /v1/auth, HttpOnly and SameSite=Strict', () => {
    expect(refreshCookie('abc_-1', 60, plain)).toBe(
      'tidings_refresh=abc_-1; Path=/v1/auth; Max-Age=60; HttpOnly; SameSite=Strict',
    );
  });

  it('has a path below that of PUBLIC_URL, where browsers see /v1/auth', () => {
    const config = { ...plain, publicUrl: 'https://example.com/tidings' };
    expect(refreshCookie('abc', 60, config)).toContain('; Path=/tidings/v1/auth;');
  });

  it.each([
    ['in production', { ...plain, production: true }],
    ['when PUBLIC_URL is https', { ...plain, publicUrl: 'https://tidings.example.com' }],
  ])('is Secure %s', (_when, config) => {
    expect(refreshCookie('abc', 60, config)).toMatch(/; Secure$/);
    expect(noRefreshCookie(config)).toMatch(/; Secure$/);
  });

  it('expires at once when it is cleared', () => {
    expect(noRefreshCookie(plain)).toMatch(/^tidings_refresh=; Path=\/v1\/auth; Max-Age=0;/);
  });

  it.each([
    ['alone', 'tidings_refresh=abc_-1'],
    ['between others', 'theme=dark; tidings_refresh=abc_-1; other=x=y'],
    ['without the space', 'theme=dark;tidings_refresh=abc_-1'],
    ['beside one whose name has the same prefix', 'tidings_refresh2=no; tidings_refresh=abc_-1'],
  ])('is found %s', (_where, header) => {
    expect(readRefreshCookie(header)).toBe('abc_-1');
  });

  it.each([
    ['where there is no cookie', undefined],
    ['in an empty header', ''],
    ['in another cookie', 'other=tidings_refresh=abc'],
    ['when it is empty', 'tidings_refresh='],
    ['when a second one was planted', 'tidings_refresh=abc; tidings_refresh=def'],
    ['when it has characters that no refresh token has', 'tidings_refresh="abc"'],
    ['under another name in capitals', 'TIDINGS_REFRESH=abc'],
    ['when it is longer than any token', `tidings_refresh=${'a'.repeat(201)}`],
  ])('is not found %s', (_where, header) => {
    expect(readRefreshCookie(header)).toBeUndefined();
  });
});
