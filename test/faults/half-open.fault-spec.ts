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

/** @returns the address of a server behind a proxy */
async function reach(address: string): Promise<{ url: string; proxy: StallingProxy }> {
  const url = new URL(address);
  const proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
  cleanups.push(() => proxy.stop());
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}

/** Connections die without a word, as they do when a firewall forgets them: whoever waits on one waits for minutes. */
async function expectToWorkOn(proxy: StallingProxy, settings: Record<string, string>): Promise<void> {
  const tidings = await startTidings(settings);
  cleanups.push(() => tidings.stop());
  const isProcessed = async (id: string) =>
    (await deliveryOf(tidings.api, tidings.workspaceId, id).catch(() => undefined))?.status === 'processed';
  const first = await post(tidings.openSourceUrl, 'before');
  await eventually('a delivery is processed', () => isProcessed(first.deliveryId));
  proxy.strand();
  const second = await eventually(
    'a delivery is taken',
    () => post(tidings.openSourceUrl, 'after').then((answer) => answer.status === 202 && answer),
    DRAINED_MS,
  );
  expect(second.deliveryId).not.toBe(first.deliveryId);
  await eventually('it is processed', () => isProcessed(second.deliveryId), DRAINED_MS);
  // Whoever still waits on one would keep the app from closing.
  proxy.resume();
}

describe('when all connections have died without a word', () => {
  (redisInstalled ? it : it.skip)('to Redis, deliveries are processed again within a minute', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const { url, proxy } = await reach(redis.url);
    await expectToWorkOn(proxy, { REDIS_URL: url });
  });

  it('to PostgreSQL, deliveries are taken and processed again within a minute', async () => {
    const database = await createTestDatabase();
    cleanups.push(() => database.drop());
    const { url, proxy } = await reach(database.url);
    await expectToWorkOn(proxy, { DATABASE_URL: url, REDIS_URL: '' });
  });
});
