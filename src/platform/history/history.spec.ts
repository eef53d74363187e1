import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { dataSourceOptions } from '../database/data-source.js';
import { Database } from '../database/database.js';
import { Fence } from '../fence/fence.js';
import { FenceNode, type ApplyRights } from '../fence/fence-node.js';
import { Metrics } from '../metrics/metrics.js';
import { History } from './history.js';

const USER = '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a';

interface Node {
  readonly history: History;
  readonly node: FenceNode;
  readonly fence: Fence;
  readonly applied: Array<Parameters<ApplyRights>[0]>;
  changes: number;
}

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;
let bus: LocalBus;
let nodes: Node[];

beforeEach(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 6)).initialize();
  database = new Database(dataSource);
  // The test server may have just started, which would delay answers until earlier leases expire.
  await database.query('UPDATE fence SET head = 0');
  bus = new LocalBus();
  nodes = [];
});
afterEach(async () => {
  for (const { node, history } of nodes) {
    await node.onApplicationShutdown();
    await history.onApplicationShutdown();
  }
  await dataSource.destroy();
  await testDatabase.drop();
});

async function start(): Promise<Node> {
  const history = new History(database, bus, new Metrics());
  const made: Node = {
    history,
    node: new FenceNode(database, bus, history),
    fence: new Fence(database, bus, history, new Metrics()),
    applied: [],
    changes: 0,
  };
  nodes.push(made);
  await history.onModuleInit();
  history.onChange(() => made.changes++);
  await made.node.join(async (userIds) => void made.applied.push(userIds));
  return made;
}

const changeRights = ({ fence }: Node) => fence.transaction(async (_tx, changed) => changed(USER));
const channelEpochs = () => database.query<{ name: string; epoch: string }>('SELECT name, epoch FROM channels');
const fenceRow = async () =>
  (await database.query<{ head: string; epoch: string; past: string[] }>('SELECT head, epoch, past FROM fence'))[0];

/** Simulates a restore: returns a function that resets the tables of the fence and the log. */
async function remember(): Promise<() => Promise<void>> {
  const tables = ['fence', 'fence_changes', 'fence_nodes', 'history_beats', 'channels'];
  for (const table of tables) await database.query(`CREATE TABLE copy_of_${table} AS TABLE ${table}`);
  return async () => {
    await database.transaction(async (tx) => {
      await tx.query(`LOCK TABLE ${tables.join()} IN ACCESS EXCLUSIVE MODE`);
      for (const table of tables) {
        await tx.query(`DELETE FROM ${table}`);
        await tx.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM copy_of_${table}`);
      }
    });
  };
}

describe('a rollback of the database history', () => {
  it('ends every lease and changes the epochs of the fence and all channels once', async () => {
    const [one, other] = [await start(), await start()];
    await database.query(`INSERT INTO channels (name, head) VALUES ('things:1', 5), ('things:2', 7)`);
    for (let i = 0; i < 4; i++) await changeRights(one);
    const before = await channelEpochs();
    const restore = await remember();
    for (let i = 0; i < 5; i++) await changeRights(one);
    const known = one.history.epoch;
    await restore();
    await Promise.all([one.history.check(), other.history.check()]);
    expect([one.changes, other.changes]).toEqual([1, 1]);
    const after = await fenceRow();
    expect(after).toMatchObject({ head: '4', past: [known] });
    expect(one.history.epoch).toBe(after?.epoch);
    expect(other.history.epoch).toBe(after?.epoch);
    const epochs = await channelEpochs();
    for (const { name, epoch } of before) expect(epochs.find((now) => now.name === name)?.epoch).not.toBe(epoch);
    await one.node.leaseHeld();
    await other.node.leaseHeld();
    expect(one.applied.at(-1)).toBe('everybody');
    expect(other.applied.at(-1)).toBe('everybody');
  });

  it('is detected by the heartbeat alone', async () => {
    const { history } = await start();
    const restore = await remember();
    await history.check();
    await history.check();
    const known = history.epoch;
    await restore();
    await history.check();
    expect(history.epoch).not.toBe(known);
  });

  it('is detected again when the change of epochs itself is rolled back', async () => {
    const one = await start();
    const restore = await remember();
    await one.history.check();
    for (let round = 1; round <= 2; round++) {
      const known = one.history.epoch;
      await restore();
      await one.history.check();
      expect(one.changes).toBe(round);
      expect(one.history.epoch).not.toBe(known);
    }
  });

  it('is detected by a new process through the server identity', async () => {
    const one = await start();
    const known = one.history.epoch;
    await database.query('UPDATE fence SET timeline = timeline + 1');
    const other = await start();
    expect(other.history.epoch).not.toBe(known);
    await one.history.check();
    expect(one.history.epoch).toBe(other.history.epoch);
    expect(one.changes).toBe(1);
  });

  it('delays changes of rights until all leases of the lost history have expired', async () => {
    const one = await start();
    for (let i = 0; i < 4; i++) await changeRights(one);
    const restore = await remember();
    for (let i = 0; i < 5; i++) await changeRights(one);
    await restore();
    const begin = performance.now();
    await changeRights(one);
    expect(performance.now() - begin).toBeGreaterThan(3_000);
    expect(one.history.epoch).toBe((await fenceRow())?.epoch);
    expect(one.applied.at(-1)).not.toEqual([]);
  });

  it('is not reported without a rollback, for a missing row of another process, or for changes of rights elsewhere', async () => {
    const [one, other] = [await start(), await start()];
    const known = one.history.epoch;
    await changeRights(other);
    await database.query('DELETE FROM history_beats WHERE process NOT IN (SELECT process FROM history_beats LIMIT 2)');
    for (let i = 0; i < 3; i++) await Promise.all([one.history.check(), other.history.check()]);
    expect([one.changes, other.changes, one.history.epoch]).toEqual([0, 0, known]);
  });

  it('keeps the evidence until the epochs have changed', async () => {
    const one = await start();
    const restore = await remember();
    await one.history.check();
    await one.history.check();
    const known = one.history.epoch;
    await restore();
    await database.query('ALTER TABLE channels RENAME TO channels_away');
    await expect(one.history.check()).rejects.toThrow();
    expect(one.node.holdsLease).toBe(false);
    await database.query('ALTER TABLE channels_away RENAME TO channels');
    await one.history.check();
    expect(one.history.epoch).not.toBe(known);
  });

  it('ignores acknowledgements and rows of another epoch', async () => {
    const one = await start();
    await changeRights(one);
    const stranger = '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3b';
    await database.query(
      `INSERT INTO fence_nodes (id, applied, lease_until, epoch)
       VALUES ($1, 1000, clock_timestamp() + interval '1 second', gen_random_uuid())`,
      [stranger],
    );
    bus.publish('fence-ack', `${stranger} 1000 ${stranger}`);
    const begin = performance.now();
    await changeRights(one);
    expect(performance.now() - begin).toBeGreaterThan(500);
  });
});
