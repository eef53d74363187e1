import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Api } from '../support/api.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { makeSource, post, webhookEvents } from '../support/webhooks.js';

/** The folder of an earlier release, installed and built: `git worktree add`, `npm ci`, `npm run build:server`. */
const BEFORE = process.env['UPGRADE_FROM'];
const PAUSE_MS = 25;
const MIGRATE = join(import.meta.dirname, '../../dist/migrate.js');

if (BEFORE === undefined) {
  describe('an upgrade is not tested without an earlier release', () => {
    it.todo('runs when UPGRADE_FROM names the folder of a built earlier release');
  });
} else {
  const before = BEFORE;
  let database: TestDatabase;
  let old: ServerProcess;
  let current: ServerProcess;
  const secrets = { JWT_SECRET: randomBytes(32).toString('hex'), SECRETS_KEY: randomBytes(32).toString('base64') };

  beforeAll(async () => {
    database = await createEmptyDatabase();
    const settings = { ...secrets, DATABASE_URL: database.url, REDIS_PREFIX: `upgrade-${process.pid}` };
    old = await ServerProcess.make(settings, join(before, 'dist/main.js'));
    current = await ServerProcess.make(settings);
  });
  afterAll(async () => {
    await old?.dispose();
    await current?.dispose();
    await database?.drop();
  });

  const migrate = (...args: string[]) => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.url, ...secrets };
    return promisify(execFile)(process.execPath, [MIGRATE, ...args], { env });
  };

  /** Sends webhooks to the running processes in turn until `stop`, each again until it is acknowledged. */
  function sendTo(urls: () => readonly string[], path: string) {
    const acknowledged: string[] = [];
    const over = new AbortController();
    let retries = 0;
    const done = (async () => {
      for (let count = 0; !over.signal.aborted;) {
        const running = urls();
        const url = running[count % running.length] ?? '';
        const sent = await post(`${url}${path}`, `webhook ${count}`).catch(() => undefined);
        if (sent?.deliveryId === undefined) retries++;
        else count = acknowledged.push(sent.deliveryId);
        await delay(PAUSE_MS);
      }
    })();
    const stop = async () => {
      over.abort();
      await done;
      return { acknowledged, retries };
    };
    return { acknowledged, stop };
  }

  const eventOf = (socket: TestSocket, deliveryId: string) =>
    eventually(
      'the event arrives',
      () => socket.frames.some(({ payload }) => payload['deliveryId'] === deliveryId),
      60_000,
    );

  describe('an upgrade from an earlier release', () => {
    it('migrates under load, lets both releases work side by side, and goes back', async () => {
      await old.start();
      const { api: onOld, workspaceId } = await signInAsAdministrator(old.url);
      const source = await makeSource(onOld, workspaceId, { provider: 'open' });
      const path = new URL(source.url).pathname;
      let running: readonly string[] = [old.url];
      const load = sendTo(() => running, path);
      await eventually('the load runs', () => load.acknowledged.length > 20);

      const plan = (await migrate('--plan')).stdout.trim();
      const begin = performance.now();
      await migrate();
      const migratedMs = Math.round(performance.now() - begin);
      expect((await migrate('--plan')).stdout).toContain('No migration is pending.');
      await eventually('the old release goes on', growth(load.acknowledged, 20));

      await current.start();
      const onCurrent = (await signInAsAdministrator(current.url)).api;
      running = [old.url, current.url];
      await expectExchange(onOld, onCurrent, workspaceId, path);
      await eventually('both go on', growth(load.acknowledged, 20));

      running = [current.url];
      expect((await old.terminate()).code).toBe(0);
      await eventually('the new release goes on', growth(load.acknowledged, 20));

      // A rollback by one release: the schema stays.
      await old.start();
      running = [old.url];
      expect((await current.terminate()).code).toBe(0);
      await eventually('the old release works on the new schema', growth(load.acknowledged, 20));

      const { acknowledged, retries } = await load.stop();
      const wanted = new Set(acknowledged);
      const found = await eventually(
        'every webhook has its event',
        async () => {
          const events = (await webhookEvents(onOld, workspaceId)).map(({ payload }) => payload.deliveryId);
          const ours = events.filter((id) => wanted.has(id));
          return ours.length >= wanted.size && ours;
        },
        60_000,
      );
      console.log(`${plan}\nmigrated in ${migratedMs} ms; ${acknowledged.length} webhooks, ${retries} sent again`);
      expect(found.toSorted()).toEqual([...wanted].toSorted());
    }, 300_000);
  });

  const growth = (list: readonly unknown[], count: number) => {
    const from = list.length;
    return () => list.length >= from + count;
  };

  /** A socket at each release gets what the other release accepts; a token of one is valid at the other. */
  async function expectExchange(onOld: Api, onCurrent: Api, workspaceId: string, path: string): Promise<void> {
    for (const [subscriber, sender] of [
      [onOld, onCurrent],
      [onCurrent, onOld],
    ] as const) {
      const socket = await TestSocket.connect(subscriber.url, sender.token);
      await socket.ask('subscribe', { channel: `webhooks:${workspaceId}` });
      const { deliveryId } = await post(`${sender.url}${path}`, `from ${sender.url}`);
      await eventOf(socket, deliveryId);
      socket.cut();
    }
  }
}
