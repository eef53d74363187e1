import { describe, expect, it } from '@jest/globals';
import { TidingsError } from '../../platform/errors.js';
import { LoginThrottle, type LoginAttempt } from './login-throttle.js';

const MINUTE = 60_000;
const ADA = 'ada@example.com';

function fail(throttle: LoginThrottle, times: number, attempt: LoginAttempt, now = 0): void {
  for (let i = 0; i < times; i++) throttle.begin(attempt, now);
}

function refusal(attempt: () => void): TidingsError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error as TidingsError;
  }
}

const from = (address: string, email = ADA, deviceId?: string): LoginAttempt => ({ email, address, deviceId });

describe('failed logins', () => {
  it('are limited to 10 per account and network', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1'));
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))?.code).toBe('auth.too-many-logins');
    expect(refusal(() => throttle.begin(from('192.0.2.2'), 0))).toBeUndefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'bob@example.com'), 0))).toBeUndefined();
  });

  it('are limited to 100 per account across all networks', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) throttle.begin(from(`192.0.2.${i}`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.200'), 0))?.code).toBe('auth.too-many-logins');
    expect(refusal(() => throttle.begin(from('192.0.2.200', 'bob@example.com'), 0))).toBeUndefined();
  });

  it('are limited to 50 per network across all accounts', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 50; i++) throttle.begin(from('192.0.2.1', `user${i}@example.com`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('192.0.2.2'), 0))).toBeUndefined();
  });

  it('are limited per IPv6 /64, which one caller may own entirely', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.begin(from(`2001:db8:1:2::${i}`), 0);
    expect(refusal(() => throttle.begin(from('2001:db8:1:2:ffff::1'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('2001:db8:1:3::1'), 0))).toBeUndefined();
  });

  it('of strangers do not block a known device, whether on their network or another', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) throttle.begin(from(`192.0.2.${i % 10}`), 0);
    for (const address of ['192.0.2.1', '198.51.100.1'])
      expect(refusal(() => throttle.begin(from(address, ADA, 'laptop'), 0))).toBeUndefined();
  });

  it('are limited to 10 per known device, and do not count against other devices', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1', ADA, 'laptop'));
    expect(refusal(() => throttle.begin(from('192.0.2.2', ADA, 'laptop'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('192.0.2.1', ADA, 'phone'), 0))).toBeUndefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))).toBeUndefined();
  });

  it('report when to retry, and a retry then succeeds', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1'));
    const error = refusal(() => throttle.begin(from('192.0.2.1'), 5 * MINUTE));
    expect(error?.retryAfterSeconds).toBe(600);
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 15 * MINUTE - 1))).toBeDefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 15 * MINUTE))).toBeUndefined();
  });

  it('are counted before their outcome is known, so that concurrent attempts cannot exceed the limit', () => {
    const throttle = new LoginThrottle();
    const attempts = Array.from({ length: 100 }, () => refusal(() => throttle.begin(from('192.0.2.1'))));
    expect(attempts.filter((error) => error === undefined)).toHaveLength(10);
  });

  it('do not include successful logins', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 200; i++) throttle.begin(from('192.0.2.1'), 0)();
    fail(throttle, 10, from('192.0.2.1'));
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))).toBeDefined();
  });

  it('for other accounts are not cleared by a successful login from the same address', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 49; i++) throttle.begin(from('192.0.2.1', `user${i}@example.com`), 0);
    throttle.begin(from('192.0.2.1', 'mallory@example.com'), 0)();
    throttle.begin(from('192.0.2.1', 'user49@example.com'), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'user50@example.com'), 0))).toBeDefined();
  });

  it('are evicted oldest first above the memory limit', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1', 'first@example.com'));
    for (let i = 0; i < 20_000; i++) throttle.begin(from(`address ${i}`, `user${i}@example.com`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'first@example.com'), 0))).toBeUndefined();
    fail(throttle, 9, from('address 19999', 'user19999@example.com'));
    expect(refusal(() => throttle.begin(from('address 19999', 'user19999@example.com'), 0))).toBeDefined();
  });
});

describe('wrong current passwords', () => {
  it('are limited to 10 per session, and counted apart from failed logins', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.beginIn('one', 0);
    expect(refusal(() => throttle.beginIn('one', 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.beginIn('other', 0))).toBeUndefined();
  });
});
