import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { startStallingProxy, type StallingProxy } from '../../../test/support/stalling-proxy.js';
import { dataSourceOptions } from '../database/data-source.js';
import { Database } from '../database/database.js';
import { History } from '../history/history.js';
import { Metrics } from '../metrics/metrics.js';
import { FenceNode, LEASE_MS } from './fence-node.js';
import { Fence } from './fence.js';

Logger.overrideLogger(false);

const USER = '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a';

let testDatabase: TestDatabase;
let proxy: StallingProxy;
let dataSource: DataSource;
let database: Database;
let bus: LocalBus;
let history: History;
let nodes: FenceNode[];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  const url = new URL(testDatabase.url);
  proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  dataSource = await new DataSource(dataSourceOptions(url.href, 6)).initialize();
  database = new Database(dataSource);
  bus = new LocalBus();
  history = new History(database, bus, new Metrics());
  await history.onModuleInit();
  nodes = [];
});
afterEach(async () => {
  proxy.resume();
  for (const node of nodes) await node.onApplicationShutdown();
  await history.onApplicationShutdown();
  await dataSource.destroy();
  await proxy.stop();
  await testDatabase.drop();
});

async function join(apply: () => Promise<void>): Promise<FenceNode> {
  const node = new FenceNode(database, bus, history);
  nodes.push(node);
  await node.join(apply);
  return node;
}

describe('the lease of a node', () => {
  it('ends by the clock of the process when it cannot be renewed', async () => {
    const node = await join(async () => undefined);
    expect(node.holdsLease).toBe(true);
    proxy.stall();
    await eventually('the lease has ended', () => !node.holdsLease, LEASE_MS + 1_000);
    proxy.resume();
    await eventually('the lease is held again', () => node.holdsLease);
  });
});

describe('a change of rights', () => {
  it('is answered only after every node has applied it', async () => {
    let applied = (): void => undefined;
    let isApplying = false;
    const work = new Promise<void>((resolve) => (applied = resolve));
    await join(async () => undefined);
    await join(() => {
      isApplying = true;
      return work;
    });
    let isAnswered = false;
    const fence = new Fence(database, bus, history, new Metrics());
    const answer = fence.transaction(async (_tx, changed) => changed(USER)).then(() => (isAnswered = true));
    await eventually('the slower node applies the change', () => isApplying);
    for (let reads = 0; reads < 20; reads++) await database.query('SELECT FROM fence_nodes');
    expect(isAnswered).toBe(false);
    applied();
    await answer;
  });
});
