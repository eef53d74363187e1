import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startTidings } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { redisInstalled, startRedis } from '../support/redis.js';
import { startStallingProxy, type StallingProxy } from '../support/stalling-proxy.js';
import { deliveryOf, post } from '../support/webhooks.js';

const DRAINED_MS = 60_000;
jest.setTimeout(DRAINED_MS + 60_000);

const cleanups: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Starts a proxy in front of a server. @returns the proxy and the address of the server through it */
async function proxyFor(address: string): Promise<{ url: string; proxy: StallingProxy }> {
  const url = new URL(address);
  const proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
  cleanups.push(() => proxy.stop());
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}

/** Open connections stop silently, like connections that a firewall forgets: a client on one waits for minutes. */
async function expectToRecoverBehind(proxy: StallingProxy, settings: Record<string, string>): Promise<void> {
  const tidings = await startTidings(settings);
  cleanups.push(() => tidings.stop());
  const isProcessed = async (id: string) =>
    (await deliveryOf(tidings.api, tidings.workspaceId, id).catch(() => undefined))?.status === 'processed';
  const first = await post(tidings.openSourceUrl, 'before');
  await eventually('a delivery is processed', () => isProcessed(first.deliveryId));
  proxy.strand();
  const second = await eventually(
    'a delivery is accepted',
    () => post(tidings.openSourceUrl, 'after').then((answer) => answer.status === 202 && answer),
    DRAINED_MS,
  );
  expect(second.deliveryId).not.toBe(first.deliveryId);
  await eventually('the second delivery is processed', () => isProcessed(second.deliveryId), DRAINED_MS);
  // Pending waits on these connections would keep the app from closing.
  proxy.resume();
}

describe('when all connections are half-open', () => {
  (redisInstalled ? it : it.skip)('to Redis, deliveries are processed again within a minute', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const { url, proxy } = await proxyFor(redis.url);
    await expectToRecoverBehind(proxy, { REDIS_URL: url });
  });

  it('to PostgreSQL, deliveries are accepted and processed again within a minute', async () => {
    const database = await createTestDatabase();
    cleanups.push(() => database.drop());
    const { url, proxy } = await proxyFor(database.url);
    await expectToRecoverBehind(proxy, { DATABASE_URL: url, REDIS_URL: '' });
  });
});
