import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually } from '../../../test/support/eventually.js';
import { startStallingProxy, type StallingProxy } from '../../../test/support/stalling-proxy.js';
import { startPlatform, type RunningPlatform } from '../../../test/support/platform-app.js';
import { Drain } from '../http/server/drain.js';
import { migrateQueues } from '../queues/queue-backend.js';

const running: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function platform(settings: Record<string, string> = {}): Promise<RunningPlatform> {
  const started = await startPlatform({ settings });
  running.push(() => started.stop());
  await migrateQueues({ databaseUrl: started.databaseUrl, redisUrl: undefined, redisPrefix: '' });
  return started;
}

async function behindProxy() {
  let proxy: StallingProxy | undefined;
  const reach = async (databaseUrl: string): Promise<string> => {
    const url = new URL(databaseUrl);
    proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    return url.href;
  };
  const started = await startPlatform({ reach });
  if (proxy === undefined) throw new Error('The platform started without its proxy.');
  const { stop } = proxy;
  running.push(() => started.stop(), stop);
  await migrateQueues({ databaseUrl: started.databaseUrl, redisUrl: undefined, redisPrefix: '' });
  return { started, proxy };
}

async function ready({ url }: RunningPlatform): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function administer({ databaseUrl }: RunningPlatform, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe('readiness', () => {
  it('succeeds and lists checks that only matter in production', async () => {
    // The test server runs with fsync off.
    expect(await ready(await platform())).toEqual({
      status: 200,
      body: {
        status: 'ok',
        checks: { clock: 'ok', database: 'ok', migrations: 'ok', durability: 'tolerated', queue: 'ok', bus: 'ok' },
        tolerated: ['durability'],
      },
    });
  });

  it('fails in production when a crash could lose committed data', async () => {
    const production = await platform({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://tidings.example',
      EMBEDDED_DATABASE: 'true',
    });
    expect(await ready(production)).toMatchObject({
      status: 503,
      body: { code: 'service.not-ready', detail: 'durability' },
    });
  });

  it('fails while a migration is missing', async () => {
    const started = await platform();
    await administer(
      started,
      `CREATE TABLE kept AS TABLE tidings_migrations; DELETE FROM tidings_migrations WHERE id = 1`,
    );
    expect(await ready(started)).toMatchObject({ status: 503, body: { detail: 'migrations' } });
    await administer(started, `INSERT INTO tidings_migrations SELECT * FROM kept WHERE id = 1`);
    expect((await ready(started)).status).toBe(200);
  });

  it('fails when the queue tables are missing', async () => {
    const started = await platform();
    await administer(started, 'DROP SCHEMA bullmq CASCADE');
    expect(await ready(started)).toMatchObject({ status: 503, body: { detail: 'queue' } });
  });

  it('fails within three seconds while the database does not answer, and recovers', async () => {
    const { started, proxy } = await behindProxy();
    expect((await ready(started)).status).toBe(200);
    proxy.stall();
    const stalledAt = performance.now();
    await eventually('not ready', async () => (await ready(started)).status === 503);
    expect(performance.now() - stalledAt).toBeLessThan(3_500);
    const before = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ready(started)));
    expect(performance.now() - before).toBeLessThan(2_000);
    for (const { status, body } of answers) {
      expect(status).toBe(503);
      expect(body['detail']).toContain('database, queue');
    }
    proxy.resume();
    await eventually('ready again', async () => (await ready(started)).status === 200);
  });

  it('does not fail when the database answers late once', async () => {
    const { started, proxy } = await behindProxy();
    expect((await ready(started)).status).toBe(200);
    proxy.stall();
    // The check ends after its limit of a second, when its last result is not two seconds old.
    expect((await ready(started)).status).toBe(200);
    proxy.resume();
    await eventually('ready', async () => (await ready(started)).status === 200);
  });

  it('fails and closes the connection as soon as the process begins to stop', async () => {
    const started = await platform();
    started.app.get(Drain).begin();
    const response = await fetch(`${started.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(response.headers.get('connection')).toBe('close');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ detail: 'draining' });
    expect((await fetch(`${started.url}/health/live`)).status).toBe(200);
  });
});
