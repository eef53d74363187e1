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
  it('are limited to 10 for an account from one network', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1'));
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))?.code).toBe('auth.too-many-logins');
    expect(refusal(() => throttle.begin(from('192.0.2.2'), 0))).toBeUndefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'bob@example.com'), 0))).toBeUndefined();
  });

  it('are limited to 100 for an account, wherever they come from', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) throttle.begin(from(`192.0.2.${i}`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.200'), 0))?.code).toBe('auth.too-many-logins');
    expect(refusal(() => throttle.begin(from('192.0.2.200', 'bob@example.com'), 0))).toBeUndefined();
  });

  it('are limited to 50 for a network, whatever accounts they try', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 50; i++) throttle.begin(from('192.0.2.1', `user${i}@example.com`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('192.0.2.2'), 0))).toBeUndefined();
  });

  it('are limited for an IPv6 network, whose every address is one caller’s', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.begin(from(`2001:db8:1:2::${i}`), 0);
    expect(refusal(() => throttle.begin(from('2001:db8:1:2:ffff::1'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('2001:db8:1:3::1'), 0))).toBeUndefined();
  });

  it('of strangers do not keep a known device out, neither from their network nor from another', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) throttle.begin(from(`192.0.2.${i % 10}`), 0);
    for (const address of ['192.0.2.1', '198.51.100.1'])
      expect(refusal(() => throttle.begin(from(address, ADA, 'laptop'), 0))).toBeUndefined();
  });

  it('are limited to 10 for a known device, which are not counted against others', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1', ADA, 'laptop'));
    expect(refusal(() => throttle.begin(from('192.0.2.2', ADA, 'laptop'), 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin(from('192.0.2.1', ADA, 'phone'), 0))).toBeUndefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))).toBeUndefined();
  });

  it('say when to try again, and then it is possible', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1'));
    const error = refusal(() => throttle.begin(from('192.0.2.1'), 5 * MINUTE));
    expect(error?.retryAfterSeconds).toBe(600);
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 15 * MINUTE - 1))).toBeDefined();
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 15 * MINUTE))).toBeUndefined();
  });

  it('are counted before their outcome is known, so that a volley gets no further than a queue', () => {
    const throttle = new LoginThrottle();
    const volley = Array.from({ length: 100 }, () => refusal(() => throttle.begin(from('192.0.2.1'))));
    expect(volley.filter((error) => error === undefined)).toHaveLength(10);
  });

  it('do not include logins that succeeded', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 200; i++) throttle.begin(from('192.0.2.1'), 0)();
    fail(throttle, 10, from('192.0.2.1'));
    expect(refusal(() => throttle.begin(from('192.0.2.1'), 0))).toBeDefined();
  });

  it('of others are not forgiven by one success from the same address', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 49; i++) throttle.begin(from('192.0.2.1', `user${i}@example.com`), 0);
    throttle.begin(from('192.0.2.1', 'mallory@example.com'), 0)();
    throttle.begin(from('192.0.2.1', 'user49@example.com'), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'user50@example.com'), 0))).toBeDefined();
  });

  it('are forgotten, the oldest first, rather than kept without limit', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, from('192.0.2.1', 'first@example.com'));
    for (let i = 0; i < 20_000; i++) throttle.begin(from(`address ${i}`, `user${i}@example.com`), 0);
    expect(refusal(() => throttle.begin(from('192.0.2.1', 'first@example.com'), 0))).toBeUndefined();
    fail(throttle, 9, from('address 19999', 'user19999@example.com'));
    expect(refusal(() => throttle.begin(from('address 19999', 'user19999@example.com'), 0))).toBeDefined();
  });
});

describe('wrong current passwords', () => {
  it('are limited to 10 for a session, and not counted with failed logins', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.beginIn('one', 0);
    expect(refusal(() => throttle.beginIn('one', 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.beginIn('other', 0))).toBeUndefined();
  });
});
