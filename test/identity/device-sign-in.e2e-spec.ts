import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp, type Answer } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';

let tidings: RunningTidings;
let database: Database;

beforeAll(async () => {
  // The tests act as callers behind a proxy, each with its own address.
  tidings = await startTidings({ TRUST_PROXY: '127.0.0.1', ANONYMOUS_RATE_LIMIT_PER_MINUTE: '10000' });
  database = tidings.app.get(Database);
});
afterAll(() => tidings?.stop());

interface Codes {
  readonly deviceCode: string;
  readonly userCode: string;
}

const visitor = () => new Api(tidings.url);
const begin = async (name = 'laptop'): Promise<Codes> =>
  (await visitor().post<Codes & Record<string, unknown>>('/v1/auth/device', { name })).body;
const ask = (deviceCode: string) => visitor().post('/v1/auth/device/token', { deviceCode });
const decide = (api: Api, verb: 'look' | 'approve' | 'refuse', userCode: string) =>
  api.post(`/v1/auth/device/${verb}`, { userCode });
const outcome = ({ status, body }: Pick<Answer, 'status' | 'body'>) => [
  status,
  (body as Record<string, unknown> | undefined)?.['code'],
];

/** Lets the time between two requests of all devices pass. */
const letPollsPass = () => database.query("UPDATE device_sign_ins SET polled_at = now() - interval '1 minute'");

async function signedIn(email: string, password: string): Promise<Api> {
  const api = visitor();
  await api.logIn(email, password);
  return api;
}

const person = (name: string): Promise<Api> => signUp(tidings.api, `${name}@example.com`);

describe('the sign-in of a device', () => {
  it('gives the device a session of the user who approves its code', async () => {
    const ada = await person('ada');
    const { status, body, headers } = await visitor().post('/v1/auth/device', {
      name: 'laptop',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    const { deviceCode, userCode } = body as unknown as Codes;
    expect(body).toEqual({
      deviceCode: expect.stringMatching(/^[\w-]{43}$/),
      userCode: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verificationUri: `${tidings.url}/device`,
      verificationUriComplete: `${tidings.url}/device?code=${userCode}`,
      expiresIn: 600,
      interval: 3,
    });
    expect(outcome(await ask(deviceCode))).toEqual([409, 'device.pending']);
    const seen = await decide(ada, 'look', userCode.toLowerCase().replace('-', ' '));
    expect(seen.body).toMatchObject({ name: 'laptop', ip: '127.0.0.1' });
    expect((await decide(ada, 'approve', userCode)).status).toBe(204);
    await letPollsPass();
    const signedIn = await ask(deviceCode);
    expect(signedIn.status).toBe(200);
    expect(signedIn.body).toMatchObject({ user: { email: 'ada@example.com', mustChangePassword: false } });
    expect(signedIn.headers.getSetCookie().join()).toMatch(/tidings_refresh=[\w-]{43}; .*HttpOnly/);
    const device = Object.assign(visitor(), { token: signedIn.body['accessToken'] });
    expect((await device.get('/v1/me')).status).toBe(200);
    const { body: sessions } = await device.get<{ items: unknown[] }>('/v1/me/sessions');
    expect(sessions.items).toHaveLength(2);
  });

  it('keeps no code in the database', async () => {
    const { deviceCode, userCode } = await begin();
    const rows = await database.query('SELECT row_to_json(d)::text AS text FROM device_sign_ins d');
    const text = JSON.stringify(rows);
    for (const code of [deviceCode, userCode, userCode.replace('-', '')]) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(Buffer.from(code).toString('hex'));
    }
  });

  it('is in the audit trail, with the device and its address', async () => {
    const grace = await person('grace');
    const { deviceCode, userCode } = await begin('build server');
    await decide(grace, 'approve', userCode);
    await ask(deviceCode);
    const { body } = await tidings.api.get<{ items: Array<Record<string, unknown>> }>('/v1/audit?limit=50');
    const ofGrace = body.items.filter(({ target }) => target === grace.userId);
    expect(ofGrace).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'device.approved', after: { device: 'build server', ip: '127.0.0.1' } }),
        expect.objectContaining({ action: 'login.succeeded', after: { device: 'build server' } }),
      ]),
    );
  });

  it('tells the program that the user has to replace a first password', async () => {
    const email = 'first-password@example.com';
    await tidings.api.post('/v1/users', { email, password: 'a password that was given', mustChangePassword: true });
    const api = await signedIn(email, 'a password that was given');
    const { deviceCode, userCode } = await begin();
    await decide(api, 'approve', userCode);
    expect((await ask(deviceCode)).body).toMatchObject({ user: { mustChangePassword: true } });
  });

  it('asks a program that asks too often to slow down, and says for how long', async () => {
    const { deviceCode } = await begin();
    await ask(deviceCode);
    const early = await ask(deviceCode);
    expect(outcome(early)).toEqual([429, 'device.slow-down']);
    expect(early.headers.get('retry-after')).toBe('3');
  });
});

describe('a code', () => {
  it('that was refused gives no session, and no other user can approve it', async () => {
    const [eve, bob] = [await person('eve'), await person('bob')];
    const { deviceCode, userCode } = await begin();
    expect((await decide(eve, 'refuse', userCode)).status).toBe(204);
    expect(outcome(await decide(bob, 'approve', userCode))).toEqual([404, 'device.code-invalid']);
    expect(outcome(await ask(deviceCode))).toEqual([403, 'device.refused']);
  });

  it('belongs to the first user who approves it', async () => {
    const [first, second] = [await person('first'), await person('second')];
    const { deviceCode, userCode } = await begin();
    const answers = await Promise.all([first, second].map((api) => decide(api, 'approve', userCode)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 404]);
    for (const verb of ['look', 'approve', 'refuse'] as const)
      expect(outcome(await decide(second, verb, userCode))).toEqual([404, 'device.code-invalid']);
    const winner = statuses[0] === 204 ? first : second;
    expect((await ask(deviceCode)).body).toMatchObject({ user: { id: winner.userId } });
  });

  it('is good for one session, also for two requests at once', async () => {
    const carl = await person('carl');
    const { deviceCode, userCode } = await begin();
    await decide(carl, 'approve', userCode);
    const statuses = (await Promise.all([ask(deviceCode), ask(deviceCode)])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(outcome(await ask(deviceCode))).toEqual([404, 'device.expired']);
  });

  it('ends after ten minutes, and its row is deleted by the next sign-in', async () => {
    const dora = await person('dora');
    const [waiting, approved] = [await begin(), await begin()];
    await decide(dora, 'approve', approved.userCode);
    await database.query('UPDATE device_sign_ins SET expires_at = now()');
    expect(outcome(await decide(dora, 'approve', waiting.userCode))).toEqual([404, 'device.code-invalid']);
    for (const { deviceCode } of [waiting, approved])
      expect(outcome(await ask(deviceCode))).toEqual([404, 'device.expired']);
    await begin();
    expect(await database.query('SELECT 1 FROM device_sign_ins')).toHaveLength(1);
  });

  it.each([
    ['logs out', (api: Api) => api.post('/v1/auth/logout')],
    ['ends all sessions', (api: Api) => api.post('/v1/auth/logout-everywhere')],
    [
      'changes the password in the same session',
      async (api: Api) => {
        const current = 'password of changes-the-password-in-the-same-session@example.com';
        expect((await api.post('/v1/me/password', { current, new: 'an entirely new one' })).status).toBe(204);
      },
    ],
    [
      'is disabled',
      async (api: Api) => {
        await tidings.api.patch(`/v1/users/${api.userId}`, { disabled: true });
      },
    ],
  ])('gives no session when the user %s before the device asks', async (what, end) => {
    const api = await person(what.replaceAll(' ', '-'));
    const { deviceCode, userCode } = await begin();
    await decide(api, 'approve', userCode);
    await end(api);
    expect(outcome(await ask(deviceCode))).toEqual([404, 'device.expired']);
  });
});

describe('the approval', () => {
  it('takes a session of a person: no API key, no token of a backend, no visitor', async () => {
    const { body: made } = await tidings.api.post<{ key: string }>('/v1/api-keys', {
      name: 'backend',
      scopes: ['users:impersonate'],
    });
    const key = Object.assign(visitor(), { token: made.key });
    const user = await person('vouched');
    const { body: vouched } = await key.post<{ accessToken: string }>(`/v1/users/${user.userId}/tokens`);
    const { userCode } = await begin();
    for (const verb of ['look', 'approve', 'refuse'] as const) {
      expect(outcome(await decide(key, verb, userCode))).toEqual([403, 'auth.person-required']);
      const asVouched = Object.assign(visitor(), { token: vouched.accessToken });
      expect(outcome(await decide(asVouched, verb, userCode))).toEqual([403, 'auth.login-required']);
      expect((await decide(visitor(), verb, userCode)).status).toBe(401);
    }
    expect((await decide(tidings.api, 'look', userCode)).status).toBe(200);
  });

  it('lets a user guess ten codes, and not one more, even the right one', async () => {
    const mallory = await person('mallory');
    const { userCode } = await begin();
    const guesses = await Promise.all(
      Array.from({ length: 11 }, (_, place) => decide(mallory, place % 2 === 0 ? 'look' : 'approve', 'BBBB-BBBB')),
    );
    expect(guesses.filter(({ status }) => status === 404)).toHaveLength(10);
    const right = await decide(mallory, 'approve', userCode);
    expect(outcome(right)).toEqual([429, 'device.too-many-codes']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await decide(tidings.api, 'look', userCode)).status).toBe(200);
  });
});

describe('the begin of a sign-in', () => {
  const beginFrom = (address: string, headers: Record<string, string> = {}) =>
    fetch(new URL('/v1/auth/device', tidings.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
      body: '{}',
    });

  it('is limited for each network', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 51; count++) statuses.push((await beginFrom('192.0.2.9')).status);
    expect(statuses).toEqual([...Array.from({ length: 50 }, () => 201), 429]);
    expect((await beginFrom('192.0.2.10')).status).toBe(201);
  });

  const fill = (refused: boolean) =>
    database.query(
      `INSERT INTO device_sign_ins (code_hash, user_code_hash, refused, expires_at)
       SELECT sha256(n::text::bytea), sha256(n::text::bytea), $1, now() + make_interval(secs => n)
       FROM generate_series(60, 5059) n`,
      [refused],
    );
  const expiries = async () => {
    const [row] = await database.query<{ count: number; first: number }>(
      `SELECT count(*)::int AS count, round(extract(epoch FROM min(expires_at) - now()))::int AS first FROM device_sign_ins`,
    );
    return row;
  };

  it('takes the place of the oldest without a decision when the installation has 5,000', async () => {
    await database.query('DELETE FROM device_sign_ins');
    await fill(false);
    expect((await beginFrom('198.51.100.3')).status).toBe(201);
    expect(await expiries()).toMatchObject({ count: 5_000 });
    expect((await expiries())?.first).toBeGreaterThan(55);
    expect(await database.query("SELECT 1 FROM device_sign_ins WHERE code_hash = sha256('60')")).toEqual([]);
    await database.query('DELETE FROM device_sign_ins');
  });

  it('is refused when all 5,000 of the installation are decided', async () => {
    await fill(true);
    expect((await beginFrom('198.51.100.1')).status).toBe(429);
    await database.query('DELETE FROM device_sign_ins');
    expect((await beginFrom('198.51.100.1')).status).toBe(201);
  });

  it('and its end accept no request of another origin', async () => {
    expect((await beginFrom('198.51.100.2', { origin: 'https://elsewhere.example' })).status).toBe(403);
    const api = await signedIn(ADMIN.email, ADMIN.password);
    const { deviceCode, userCode } = await begin();
    await decide(api, 'approve', userCode);
    const answer = await fetch(new URL('/v1/auth/device/token', tidings.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      body: JSON.stringify({ deviceCode }),
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });
});
