import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { dataSourceOptions } from '../database/data-source.js';
import { Database } from '../database/database.js';
import { History } from '../history/history.js';
import { Metrics } from '../metrics/metrics.js';
import { FenceNode } from './fence-node.js';
import { serverTimingOf, withReceipts, type FenceReceipt } from './fence-receipt.js';
import { Fence } from './fence.js';

const USER = '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a';

let testDatabase: TestDatabase;
let dataSource: DataSource;
let history: History;
let fence: Fence;
let nodes: FenceNode[];
let join: () => Promise<FenceNode>;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 6)).initialize();
  const database = new Database(dataSource);
  // The test server may have just started, which would delay answers until earlier leases expire.
  await database.query('UPDATE fence SET head = 0');
  const bus = new LocalBus();
  history = new History(database, bus, new Metrics());
  await history.onModuleInit();
  fence = new Fence(database, bus, history, new Metrics());
  nodes = [];
  join = async () => {
    const node = new FenceNode(database, bus, history);
    nodes.push(node);
    await node.join(async () => undefined);
    return node;
  };
});
afterEach(async () => {
  for (const node of nodes) await node.onApplicationShutdown();
  await history.onApplicationShutdown();
  await dataSource.destroy();
  await testDatabase.drop();
});

async function receiptsOf(userIds: readonly string[]): Promise<FenceReceipt[]> {
  const receipts: FenceReceipt[] = [];
  await withReceipts(
    (receipt) => receipts.push(receipt),
    () =>
      fence.transaction(async (_tx, changed) => {
        for (const userId of userIds) changed(userId);
      }),
  );
  return receipts;
}

describe('the receipt of a change of rights', () => {
  it('counts the nodes that hold a lease, and no node that has left', async () => {
    await join();
    const second = await join();
    expect(await receiptsOf([USER])).toEqual([{ nodes: 2, durationMs: expect.any(Number) }]);
    await second.onApplicationShutdown();
    expect(await receiptsOf([USER])).toEqual([{ nodes: 1, durationMs: expect.any(Number) }]);
  });

  it('is not given for a transaction that changes the rights of no user', async () => {
    await join();
    expect(await receiptsOf([])).toEqual([]);
  });

  it.each([
    [{ nodes: 1, durationMs: 40.96 }, 'fence;dur=41.0;desc="1 node"'],
    [{ nodes: 3, durationMs: 0 }, 'fence;dur=0.0;desc="3 nodes"'],
  ])('is written as Server-Timing: %j', (receipt, header) => {
    expect(serverTimingOf(receipt)).toBe(header);
  });
});
