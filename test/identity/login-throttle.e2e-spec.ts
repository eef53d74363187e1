import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';

let tidings: RunningTidings;

beforeAll(async () => {
  // The tests act as callers behind a proxy, each with its own address.
  tidings = await startTidings({ TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => tidings?.stop());

interface Login {
  readonly from: string;
  readonly password: string;
  readonly email?: string;
  readonly cookie?: string | undefined;
}

function logIn({ from, password, email = ADMIN.email, cookie }: Login): Promise<Response> {
  return fetch(new URL('/v1/auth/login', tidings.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': from,
      ...(cookie === undefined ? {} : { cookie }),
    },
    body: JSON.stringify({ email, password }),
  });
}

/** The device cookie, as the browser would send it. */
const deviceOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .flatMap((cookie) => (cookie.startsWith('tidings_device=') ? (cookie.split(';')[0] ?? []) : []))
    .join();

const guess = async (times: number, from: (round: number) => string, email?: string): Promise<number[]> => {
  const statuses: number[] = [];
  for (let round = 0; round < times; round++) {
    const response = await logIn({ from: from(round), password: 'a wrong password', ...(email && { email }) });
    statuses.push(response.status);
  }
  return statuses;
};

describe('wrong passwords from strangers', () => {
  it('do not block the administrator on another address', async () => {
    expect(await guess(11, () => '192.0.2.1')).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect((await logIn({ from: '198.51.100.1', password: ADMIN.password })).status).toBe(200);
  });

  it('do not block a known device, even on the same address', async () => {
    const device = deviceOf(await logIn({ from: '203.0.113.1', password: ADMIN.password }));
    expect(device).toMatch(/^tidings_device=[\w-]{65}$/);
    await guess(11, () => '203.0.113.1');
    expect((await logIn({ from: '203.0.113.1', password: ADMIN.password })).status).toBe(429);
    const known = await logIn({ from: '203.0.113.1', password: ADMIN.password, cookie: device });
    expect(known.status).toBe(200);
    expect(deviceOf(known)).toBe(device);
  });

  it('are limited when they are distributed, while a known device still can log in', async () => {
    const email = 'everywhere@example.com';
    await signUp(tidings.api, email);
    const password = `password of ${email}`;
    const device = deviceOf(await logIn({ from: '198.51.100.7', password, email }));
    const statuses = await guess(101, (round) => `2001:db8:0:${round.toString(16)}::1`, email);
    expect(statuses.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    expect((await logIn({ from: '198.51.100.9', password, email })).status).toBe(429);
    expect((await logIn({ from: '198.51.100.9', password, email, cookie: device })).status).toBe(200);
  }, 60_000);

  it('get the same answer for an existing and for an unknown account', async () => {
    expect(await guess(11, () => '192.0.2.77', 'no-account@example.com')).toEqual([
      ...Array.from({ length: 10 }, () => 401),
      429,
    ]);
  });
});

describe('the device cookie', () => {
  it('is HttpOnly and SameSite, and does not authenticate', async () => {
    const response = await logIn({ from: '198.51.100.2', password: ADMIN.password });
    const cookie = response.headers.getSetCookie().find((text) => text.startsWith('tidings_device='));
    expect(cookie).toMatch(/; Path=\/v1\/auth; Max-Age=31536000; HttpOnly; SameSite=Strict$/);
    const refresh = await fetch(new URL('/v1/auth/refresh', tidings.url), {
      method: 'POST',
      headers: { cookie: deviceOf(response) },
    });
    expect(refresh.status).toBe(401);
  });

  it.each([
    [
      'another user’s',
      async () => {
        const email = 'mallory@example.com';
        await signUp(tidings.api, email);
        return deviceOf(await logIn({ from: '198.51.100.3', password: `password of ${email}`, email }));
      },
    ],
    ['made up', async () => `tidings_device=${'A'.repeat(65)}`],
  ])('has no effect when it is %s', async (what, cookieOf) => {
    const cookie = await cookieOf();
    const from = what === 'made up' ? '192.0.2.88' : '192.0.2.99';
    await guess(10, () => from);
    expect((await logIn({ from, password: ADMIN.password, cookie })).status).toBe(429);
  });

  it('allows ten wrong passwords and not one more', async () => {
    const cookie = deviceOf(await logIn({ from: '198.51.100.4', password: ADMIN.password }));
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await logIn({ from: `198.51.100.${100 + i}`, password: 'a wrong password', cookie })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });
});
