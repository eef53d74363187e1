import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { decodeJwt, SignJWT } from 'jose';
import pg from 'pg';
import { Api } from '../support/api.js';
import { ADMIN } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';

const DAY_MS = 86_400_000;
const SECRETS = {
  JWT_SECRET: 'a secret of the tests, long enough',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};
/** Retention runs every minute, with a jitter of a fifth. */
const RETENTION_MS = 90_000;
/** The tolerance for a correct time on a busy machine. */
const TOLERANCE_MS = 60_000;
const WEBHOOKS = 20;

const NODES = { right: 0, ahead: 31 * DAY_MS, behind: -45 * DAY_MS } as const;
type Name = keyof typeof NODES;
const names = Object.keys(NODES) as Name[];

let database: TestDatabase;
let client: pg.Client;
const nodes = new Map<Name, ServerProcess>();
const apis = new Map<Name, Api>();
let ws: string;

const node = (name: Name): ServerProcess => nodes.get(name) as ServerProcess;
const api = (name: Name): Api => apis.get(name) as Api;

/** Starts three servers on one database, with clocks that are right, 31 days ahead and 45 days behind. */
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const name of names) {
    const server = await ServerProcess.make({
      DATABASE_URL: database.url,
      NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/stepping-clock.mjs')}`,
      CLOCK_OFFSET_MS: String(NODES[name]),
      ...SECRETS,
    });
    nodes.set(name, server);
    await server.start();
    const signedIn = await signInAsAdministrator(server.url);
    apis.set(name, signedIn.api);
    ws = signedIn.workspaceId;
  }
});
afterAll(async () => {
  await Promise.all([...nodes.values()].map((server) => server.dispose()));
  await client.end();
  await database.drop();
});

async function metric(name: Name, metricName: string): Promise<number> {
  const text = await (await fetch(`${node(name).url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(metricName));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function makeSource(provider: string, secrets: readonly string[]): Promise<string> {
  const made = await api('right').post(`/v1/workspaces/${ws}/sources`, { name: provider, provider, secrets });
  expect(made.status).toBe(201);
  return String(made.body['key']);
}

const send = (to: Name, key: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${node(to).url}/webhooks/${key}`, { method: 'POST', body, headers });

/** A copy of the issuer's access token with another expiry. */
async function tokenExpiringIn(seconds: number, issuer: Name): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ ...decodeJwt(api(issuer).token), iat: now - 900, exp: now + seconds })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: '1' })
    .sign(Buffer.from(SECRETS.JWT_SECRET));
}

const me = (at: Name, token: string) =>
  fetch(`${node(at).url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });

describe('a node with a wrong clock', () => {
  it('reports the drift in its metrics and once in its log, and is not ready', async () => {
    for (const name of names) {
      const driftSeconds = await metric(name, 'tidings_clock_drift_seconds');
      expect(Math.abs(driftSeconds - NODES[name] / 1_000)).toBeLessThan(2);
      const ready = await fetch(`${node(name).url}/health/ready`);
      const problem = (await ready.json()) as { code?: string; detail?: string };
      if (name === 'right') expect(ready.status).toBe(200);
      else expect({ ...problem, status: ready.status }).toMatchObject({ status: 503, detail: 'clock' });
    }
    expect(node('ahead').printed).toMatch(/is 26\d{5}(\.\d+)? s ahead of the database's clock/);
    expect(node('behind').printed.match(/ s behind the database's clock/g)).toHaveLength(1);
    expect(node('right').printed).not.toContain("the database's clock");
  });

  it('issues tokens that every node accepts, and accepts no expired token', async () => {
    for (const issuer of names) {
      const { iat = 0, exp = 0 } = decodeJwt(api(issuer).token);
      expect(Math.abs(iat * 1_000 - Date.now())).toBeLessThan(TOLERANCE_MS * 3);
      expect(exp).toBeGreaterThan(iat);
      const [valid, expired] = [await tokenExpiringIn(120, issuer), await tokenExpiringIn(-60, issuer)];
      for (const verifier of names) {
        expect((await me(verifier, api(issuer).token)).status).toBe(200);
        expect((await me(verifier, valid)).status).toBe(200);
        const refused = await me(verifier, expired);
        expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
          401,
          'auth.token-expired',
        ]);
      }
    }
  });

  it('verifies the timestamp of a signature against the correct time', async () => {
    const secret = 'whsec_of_the_tests_long_enough';
    const key = await makeSource('stripe', [secret]);
    const signed = (to: Name, at: number) => {
      const body = JSON.stringify({ id: `evt_${randomUUID()}`, type: 'charge.succeeded', data: { object: {} } });
      const t = Math.floor(at / 1_000);
      const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
      return send(to, key, body, { 'stripe-signature': `t=${t},v1=${v1}`, 'content-type': 'application/json' });
    };
    for (const name of names) {
      expect((await signed(name, Date.now())).status).toBe(202);
      expect((await signed(name, Date.now() + NODES.ahead)).status).toBe(401);
      expect((await signed(name, Date.now() + NODES.behind)).status).toBe(401);
    }
  });
});

describe('three nodes with different clocks', () => {
  it('store webhooks with correct times, list them in one order, and delete none of them by retention', async () => {
    const key = await makeSource('open', []);
    const sent: string[] = [];
    for (let number = 0; number < WEBHOOKS; number++) {
      const answer = await send(names[number % names.length] as Name, key, `number ${number}`);
      expect(answer.status).toBe(202);
      sent.push(((await answer.json()) as { deliveryId: string }).deliveryId);
    }
    const list = async () =>
      (
        await api('right').get<{ items: { id: string; status: string; receivedAt: string }[] }>(
          `/v1/workspaces/${ws}/deliveries?limit=${WEBHOOKS}`,
        )
      ).body.items;
    const items = await eventually('all deliveries are processed', async () => {
      const found = await list();
      return found.every(({ status }) => status === 'processed') && found;
    });
    expect(items.map(({ id }) => id)).toEqual(sent.toReversed());
    for (const { receivedAt } of items)
      expect(Math.abs(Date.parse(receivedAt) - Date.now())).toBeLessThan(TOLERANCE_MS);
    const { rows } = await client.query<{ off: number }>(
      'SELECT max(abs(extract(epoch FROM now() - created_at)))::float8 AS off FROM events',
    );
    expect(Number(rows[0]?.off) * 1_000).toBeLessThan(TOLERANCE_MS * 5);

    for (const name of ['ahead', 'behind'] as const) {
      await eventually(
        `the retention of the node "${name}" refuses to delete`,
        async () => (await metric(name, 'tidings_retention_refused_total{table="deliveries",reason="clock"}')) > 0,
        RETENTION_MS,
      );
    }
    expect((await list()).map(({ id }) => id)).toEqual(sent.toReversed());
    const kept = await client.query('SELECT 1 FROM events WHERE type = $1', ['webhook:received']);
    expect(kept.rowCount).toBeGreaterThanOrEqual(WEBHOOKS);
  });

  it('count the calls of a user in the same window of a minute', async () => {
    const left = async (name: Name): Promise<number> => {
      const answer = await me(name, api('right').token);
      return Number(/t=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    };
    const seconds = await Promise.all(names.map(left));
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThanOrEqual(2);
  });

  it('refresh a session that another node began, with an expiry by the correct time', async () => {
    for (const name of names) {
      const login = await fetch(`${node(name).url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
      });
      const cookie = login.headers.get('set-cookie') ?? '';
      const maxAge = Number(/Max-Age=(\d+)/i.exec(cookie)?.[1]);
      expect(maxAge).toBeGreaterThan(DAY_MS / 1_000);
      expect(maxAge).toBeLessThan((40 * DAY_MS) / 1_000);
      const other = names[(names.indexOf(name) + 1) % names.length] as Name;
      const refreshed = await fetch(`${node(other).url}/v1/auth/refresh`, {
        method: 'POST',
        headers: { cookie: cookie.split(';')[0] ?? '' },
      });
      expect(refreshed.status).toBe(200);
    }
  });
});
