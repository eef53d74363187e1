import { describe, expect, it } from '@jest/globals';
import { TidingsError } from '../../platform/errors/define-error.js';
import { LoginThrottle } from './login-throttle.js';

const MINUTE = 60_000;

function fail(throttle: LoginThrottle, times: number, email: string, address: string, now = 0): void {
  for (let i = 0; i < times; i++) throttle.begin(email, address, now);
}

function refusal(attempt: () => void): TidingsError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error as TidingsError;
  }
}

describe('failed logins', () => {
  it('are limited to 10 for an e-mail address, wherever they come from', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.begin('ada@example.com', `192.0.2.${i}`, 0);
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.99', 0))?.code).toBe('auth.too-many-logins');
    expect(refusal(() => throttle.begin('bob@example.com', '192.0.2.99', 0))).toBeUndefined();
  });

  it('are limited to 10 for a network address, whatever they try', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.begin(`user${i}@example.com`, '192.0.2.1', 0);
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.1', 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.2', 0))).toBeUndefined();
  });

  it('are limited to 10 for an IPv6 network, whose every address is one caller’s', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 10; i++) throttle.begin(`user${i}@example.com`, `2001:db8:1:2::${i}`, 0);
    expect(refusal(() => throttle.begin('ada@example.com', '2001:db8:1:2:ffff::1', 0))?.kind).toBe('too-many');
    expect(refusal(() => throttle.begin('ada@example.com', '2001:db8:1:3::1', 0))).toBeUndefined();
  });

  it('say when to try again, and then it is possible', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, 'ada@example.com', '192.0.2.1');
    const error = refusal(() => throttle.begin('ada@example.com', '192.0.2.1', 5 * MINUTE));
    expect(error?.retryAfterSeconds).toBe(600);
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.1', 15 * MINUTE - 1))).toBeDefined();
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.1', 15 * MINUTE))).toBeUndefined();
  });

  it('are counted before their outcome is known, so that a volley gets no further than a queue', () => {
    const throttle = new LoginThrottle();
    const volley = Array.from({ length: 100 }, () => refusal(() => throttle.begin('ada@example.com', '192.0.2.1')));
    expect(volley.filter((error) => error === undefined)).toHaveLength(10);
  });

  it('do not include logins that succeeded', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 100; i++) throttle.begin('ada@example.com', '192.0.2.1', 0)();
    fail(throttle, 10, 'ada@example.com', '192.0.2.1');
    expect(refusal(() => throttle.begin('ada@example.com', '192.0.2.1', 0))).toBeDefined();
  });

  it('of others are not forgiven by one success from the same address', () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 9; i++) throttle.begin(`user${i}@example.com`, '192.0.2.1', 0);
    throttle.begin('mallory@example.com', '192.0.2.1', 0)();
    throttle.begin('user9@example.com', '192.0.2.1', 0);
    expect(refusal(() => throttle.begin('user10@example.com', '192.0.2.1', 0))).toBeDefined();
  });

  it('are forgotten, the oldest first, rather than kept without limit', () => {
    const throttle = new LoginThrottle();
    fail(throttle, 10, 'first@example.com', '192.0.2.1');
    for (let i = 0; i < 20_000; i++) throttle.begin(`user${i}@example.com`, `address ${i}`, 0);
    expect(refusal(() => throttle.begin('first@example.com', '192.0.2.1', 0))).toBeUndefined();
    fail(throttle, 9, 'user19999@example.com', '192.0.2.2');
    expect(refusal(() => throttle.begin('user19999@example.com', '192.0.2.3', 0))).toBeDefined();
  });
});
