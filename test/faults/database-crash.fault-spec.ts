import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { PostgresHome, type PostgresCluster } from '../support/postgres-cluster.js';
import { recordRun } from '../support/record-run.js';
import { ReplyCuttingProxy } from '../support/reply-cutting-proxy.js';
import { NO_FAULTS, RetryingSenders } from '../support/retrying-senders.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { SwitchingProxy } from '../support/switching-proxy.js';
import type { Api } from '../support/api.js';
import { makeSource } from '../support/webhooks.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 5);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const SENDERS = 10;
const RESETS_EVERY_MS = 500;
const READY_WITHIN_MS = 10_000;
const TIMEOUT_MS = 180_000 + ROUNDS * 60_000;

let home: PostgresHome;
let postgres: PostgresCluster;
let servers: ServerProcess[];
let senders: RetryingSenders | undefined;
let proxy: SwitchingProxy | ReplyCuttingProxy | undefined;
let dice: Dice;

beforeEach(async () => {
  dice = new Dice(SEED);
  home = new PostgresHome();
  postgres = await home.create();
  await postgres.start();
  await postgres.query('CREATE DATABASE tidings', 'postgres');
}, 60_000);

afterEach(async () => {
  await senders?.stop().catch(() => undefined);
  for (const server of servers) await server.dispose();
  await proxy?.stop();
  await postgres.stop('immediate').catch(() => undefined);
  home.dispose();
  [senders, proxy] = [undefined, undefined];
}, 60_000);

/** Two processes with all roles on one database, and senders to both. */
async function startUnderLoad(databasePort: number): Promise<{ api: Api; workspaceId: string }> {
  const settings = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${databasePort}/tidings`,
    DATABASE_POOL: '10',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ACCESS_TOKEN_SECONDS: '86400',
  };
  servers = [await ServerProcess.make(settings), await ServerProcess.make(settings)];
  for (const server of servers) await server.start();
  const { api, workspaceId } = await signInAsAdministrator(first().url);
  senders = new RetryingSenders(await makeSource(api, workspaceId, { provider: 'github' }), SENDERS);
  await moreAcknowledged(200);
  return { api, workspaceId };
}

function first(): ServerProcess {
  const [server] = servers;
  if (server === undefined) throw new Error('No server was started.');
  return server;
}

/** @returns the milliseconds until so many more webhooks were acknowledged */
async function moreAcknowledged(more: number): Promise<number> {
  const begin = performance.now();
  const before = senders?.acknowledged.size ?? 0;
  await eventually('webhooks are acknowledged', () => (senders?.acknowledged.size ?? 0) >= before + more, 60_000);
  return performance.now() - begin;
}

async function compare({ api, workspaceId }: { api: Api; workspaceId: string }) {
  await senders?.stop();
  return { count: senders?.acknowledged.size ?? 0, faults: await senders?.compareWithLog(api, workspaceId) };
}

const options = { CRASH_ROUNDS: ROUNDS, CRASH_SEED: SEED };

describe(`PostgreSQL under two servers that take webhooks (CRASH_SEED=${SEED})`, () => {
  it(
    `T03: keeps each acknowledged webhook once when it is killed ${ROUNDS} times, and is used again within 10 s`,
    async () => {
      const account = await startUnderLoad(postgres.port);
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await moreAcknowledged(100);
        if (dice.chance(0.5)) {
          postgres.kill();
          await postgres.startUnlessRunning();
        } else await postgres.killBackend();
        const begin = performance.now();
        await eventually('the server is ready', async () => {
          const answer = await fetch(`${first().url}/health/ready`).catch(() => undefined);
          return answer?.ok;
        });
        await moreAcknowledged(1);
        times.push(performance.now() - begin);
      }
      const { count, faults } = await compare(account);
      const slowest = Math.round(Math.max(...times));
      recordRun({
        fault: 'T03 PostgreSQL is killed under load',
        options,
        figures: { kills: ROUNDS, 'webhooks acknowledged': count, ...faults, 'ready again within': `${slowest} ms` },
      });
      expect(faults).toEqual(NO_FAULTS);
      expect(slowest).toBeLessThan(READY_WITHIN_MS);
    },
    TIMEOUT_MS,
  );

  it(
    `T06: keeps each acknowledged webhook once when it and all servers are killed at once, ${ROUNDS} times`,
    async () => {
      const account = await startUnderLoad(postgres.port);
      for (let round = 0; round < ROUNDS; round++) {
        await moreAcknowledged(100);
        postgres.kill();
        await Promise.all(servers.map((server) => server.kill()));
        await postgres.startUnlessRunning();
        for (const server of dice.chance(0.5) ? servers : servers.toReversed()) await server.start();
      }
      await moreAcknowledged(100);
      const { count, faults } = await compare(account);
      recordRun({
        fault: 'T06 PostgreSQL and all servers are killed at once',
        options,
        figures: { kills: ROUNDS, 'webhooks acknowledged': count, ...faults },
      });
      expect(faults).toEqual(NO_FAULTS);
    },
    TIMEOUT_MS,
  );

  it(
    'T20: serves both servers again after all connections to it were reset, every half second',
    async () => {
      const resetting = await SwitchingProxy.start(postgres.port);
      proxy = resetting;
      const account = await startUnderLoad(resetting.port);
      let resets = 0;
      for (let round = 0; round < ROUNDS * 4; round++) {
        await delay(RESETS_EVERY_MS);
        resets += resetting.resetAll();
      }
      await moreAcknowledged(100);
      const { count, faults } = await compare(account);
      const [open] = await postgres.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = 'tidings' AND pid <> pg_backend_pid()`,
      );
      recordRun({
        fault: 'T20 all connections to PostgreSQL are reset every half second',
        options,
        figures: { 'connections reset': resets, 'webhooks acknowledged': count, ...faults },
      });
      expect(faults).toEqual(NO_FAULTS);
      expect(servers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
      // Two pools of 10, and the connections of the bus, the leases and the migrations beside them.
      expect(Number(open?.count)).toBeLessThan(40);
    },
    TIMEOUT_MS,
  );

  it(
    'T21: makes no webhook lost or double when the replies to its inserts and commits are cut off',
    async () => {
      const cutting = await ReplyCuttingProxy.start(postgres.port, {
        isTarget: (sent) => /insert into|commit/i.test(sent.toString('latin1')),
        chance: 0.2,
        dice,
      });
      proxy = cutting;
      const account = await startUnderLoad(cutting.port);
      cutting.isCutting = true;
      await eventually('replies are cut off', () => cutting.cuts >= ROUNDS * 20, TIMEOUT_MS);
      cutting.isCutting = false;
      const { count, faults } = await compare(account);
      recordRun({
        fault: 'T21 the reply to an insert or a commit is cut off',
        options,
        figures: { 'replies cut off': cutting.cuts, 'webhooks acknowledged': count, ...faults },
      });
      expect(faults).toEqual(NO_FAULTS);
    },
    TIMEOUT_MS,
  );
});
