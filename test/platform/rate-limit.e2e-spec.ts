import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { post } from '../support/webhooks.js';

const QUOTA = 20;
const MINUTE_MS = 60_000;
const TEST_MS = 8_000;

let tidings: RunningTidings;
let ada: Api;
let bob: Api;

beforeAll(async () => {
  tidings = await startTidings({ API_RATE_LIMIT_PER_MINUTE: String(QUOTA) });
  ada = await signUp(tidings.api, 'ada@example.com');
  bob = await signUp(tidings.api, 'bob@example.com');
});

afterAll(async () => {
  await tidings.stop();
});

// The windows are clock minutes: a test must not span two of them.
beforeEach(async () => {
  await eventually(
    'the current minute has enough time left',
    () => Date.now() % MINUTE_MS < MINUTE_MS - TEST_MS,
    2 * TEST_MS,
  );
}, 3 * TEST_MS);

describe('the rate limit of users', () => {
  it('refuses calls of a user beyond the limit with the time to wait, but no calls of other users', async () => {
    const answers = await Promise.all(Array.from({ length: QUOTA + 5 }, () => ada.get('/v1/me')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(QUOTA);
    expect(refused).toHaveLength(5);
    for (const { headers, body } of refused) {
      expect(body['code']).toBe('request.too-many');
      expect(headers.get('ratelimit')).toMatch(/^"user";r=0;t=\d+$/);
      expect(headers.get('ratelimit')).toContain(`t=${headers.get('retry-after')}`);
    }
    expect((await bob.get('/v1/me')).status).toBe(200);
  });

  it('reports the remaining quota in every answer', async () => {
    const left = async () => Number(/r=(\d+)/.exec((await bob.get('/v1/me')).headers.get('ratelimit') ?? '')?.[1]);
    const first = await left();
    expect(await left()).toBe(first - 1);
    const { headers } = await bob.get('/v1/nothing-there-but-for-users');
    expect(headers.get('ratelimit')).toBeNull();
    expect((await bob.get('/v1/workspaces')).headers.get('ratelimit-policy')).toBe(`"user";q=${QUOTA};w=60`);
  });

  it('counts neither webhooks nor health probes nor metrics scrapes', async () => {
    for (let call = 0; call < QUOTA + 5; call++) {
      const { status, headers } = await post(tidings.openSourceUrl, `webhook ${call}`);
      expect({ status, limit: headers.get('ratelimit') }).toEqual({ status: 202, limit: null });
      for (const path of ['/health/live', '/metrics']) {
        const answer = await fetch(tidings.url + path);
        expect(answer.status).toBe(200);
        await answer.text();
      }
    }
  });
});

describe('the rate limit of several processes', () => {
  it('is shared with Redis, and applies to each process without Redis', async () => {
    const second = await startTidings({
      API_RATE_LIMIT_PER_MINUTE: String(QUOTA),
      DATABASE_URL: tidings.databaseUrl,
      JWT_SECRET: tidings.config.jwtSecret,
      REDIS_PREFIX: tidings.config.redisPrefix,
    });
    try {
      const cleo = await signUp(tidings.api, 'cleo@example.com');
      const elsewhere = new Api(second.url);
      elsewhere.token = cleo.token;
      const both = Array.from({ length: QUOTA + 5 }, () => [cleo.get('/v1/me'), elsewhere.get('/v1/me')]);
      const answers = await Promise.all(both.flat());
      const isShared = tidings.config.redisUrl !== undefined;
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(isShared ? QUOTA : 2 * QUOTA);
    } finally {
      await second.stop();
    }
  });
});

describe('the rate limit of anonymous callers', () => {
  it('counts calls without a valid token by address, including logins, but no calls with a token', async () => {
    const own = await startTidings({ ANONYMOUS_RATE_LIMIT_PER_MINUTE: '5' });
    try {
      const stranger = new Api(own.url);
      const statuses: number[] = [];
      for (let call = 0; call < 8; call++) statuses.push((await stranger.get('/v1/me')).status);
      // The administrator's login also counts for this address if it was in this minute.
      expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);
      expect(statuses.slice(-2)).toEqual([429, 429]);
      const login = await stranger.post('/v1/auth/login', {
        email: 'a@example.com',
        password: 'a wrong password',
      });
      expect(login).toMatchObject({ status: 429, body: { code: 'request.too-many' } });
      expect((await own.api.get('/v1/me')).status).toBe(200);
    } finally {
      await own.stop();
    }
  });

  it('counts all addresses of an IPv6 network as one caller', async () => {
    const own = await startTidings({ ANONYMOUS_RATE_LIMIT_PER_MINUTE: '5', TRUST_PROXY: '127.0.0.1' });
    try {
      const statusFrom = async (address: string) =>
        (await new Api(own.url).with({ 'x-forwarded-for': address }).get('/v1/me')).status;
      for (let host = 1; host <= 5; host++) expect(await statusFrom(`2001:db8:1:2::${host}`)).toBe(401);
      expect(await statusFrom('2001:db8:1:2:ffff::1')).toBe(429);
      expect(await statusFrom('2001:db8:1:3::1')).toBe(401);
    } finally {
      await own.stop();
    }
  });
});
