import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startStallingProxy, type StallingProxy } from '../support/stalling-proxy.js';
import { makeSource, postGithub, webhookEvents, type Accepted, type TestSource } from '../support/webhooks.js';

const ANSWER_WITHIN_MS = 2_500;
const SENT = 100;
/** Two consecutive connection attempts. */
const CALL_WITHIN_MS = 6_000;

let database: TestDatabase;
let proxy: StallingProxy;
let tidings: RunningTidings;
let source: TestSource;

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  tidings = await startTidings({ DATABASE_URL: url.href });
  source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
});
afterAll(async () => {
  proxy.resume();
  await tidings.stop();
  await proxy.stop();
  await database.drop();
});

describe('a database that stops answering', () => {
  it('makes every webhook answer 503 in time, and each is stored once when it is sent again', async () => {
    const deliveries = Array.from({ length: SENT }, () => ({
      deliveryId: randomUUID(),
      body: JSON.stringify({ after: randomUUID() }),
    }));
    proxy.stall();
    const begin = performance.now();
    const refused = await Promise.all(
      deliveries.map(async (delivery) => ({
        ...(await postGithub(source, delivery)),
        tookMs: performance.now() - begin,
      })),
    );
    for (const { status, code, headers, tookMs } of refused) {
      expect({ status, code }).toEqual({ status: 503, code: 'webhook.unavailable' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
    }
    proxy.resume();
    const accepted: Accepted[] = [];
    for (const delivery of deliveries) {
      accepted.push(
        await eventually('the delivery is accepted', async () => {
          const answer = await postGithub(source, delivery);
          return answer.status === 202 && answer;
        }),
      );
    }
    const ids = accepted.map(({ deliveryId }) => deliveryId);
    expect(new Set(ids).size).toBe(SENT);
    const logged = await eventually(
      'all deliveries are in the log',
      async () => {
        const events = await webhookEvents(tidings.api, tidings.workspaceId);
        return events.length >= SENT && events.map(({ payload }) => payload.deliveryId);
      },
      30_000,
    );
    expect(logged.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
    expect(new Set(logged).size).toBe(logged.length);
  }, 60_000);
});

describe('a database whose connection attempts hang', () => {
  it('makes every call answer 503 with the time to wait, including logins, and recovers by itself', async () => {
    const { api, workspaceId: ws } = tidings;
    const login = () => api.post('/v1/auth/login', ADMIN);
    const calls: Record<string, () => Promise<Answer>> = {
      login,
      wrongLogin: () => api.post('/v1/auth/login', { ...ADMIN, email: 'nobody@example.com' }),
      me: () => api.get('/v1/me'),
      sources: () => api.get(`/v1/workspaces/${ws}/sources`),
      deliveries: () => api.get(`/v1/workspaces/${ws}/deliveries`),
      logout: () => api.post('/v1/auth/logout', {}),
    };
    proxy.hangConnects();
    const begin = performance.now();
    await Promise.all(
      Object.entries(calls).map(async ([name, call]) => {
        const { status, body, headers } = await call();
        expect({ name, status, code: body['code'] }).toEqual({ name, status: 503, code: 'service.unavailable' });
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }),
    );
    expect(performance.now() - begin).toBeLessThan(CALL_WITHIN_MS);
    proxy.resume();
    await eventually('the login works again', async () => (await login()).status === 200, 30_000);
  }, 60_000);
});
