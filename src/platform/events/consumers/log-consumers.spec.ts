import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { eventually } from '../../../../test/support/eventually.js';
import { newId } from '../../ids/new-id.js';
import { Bus } from '../../bus/bus.js';
import { dataSourceOptions } from '../../database/data-source.js';
import { Database, type Transaction } from '../../database/database.js';
import { EventLog } from '../event-log.js';
import type { EventFields } from '../logged-event.js';
import { TrimLog } from '../trim-log.js';
import { Cursors } from './cursors.js';
import { LogConsumers } from './log-consumers.js';

/** Reaches listeners of this process only; a silent one reaches nobody. */
class LocalBus extends Bus {
  silent = false;

  constructor() {
    super({ open: () => Promise.reject(new Error('There is nobody.')) });
  }

  override publish(topic: string, message: string): void {
    if (!this.silent) super.publish(topic, message);
  }
}

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;
let bus: LocalBus;
let log: EventLog;
let workers: LogConsumers[];

beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 6)).initialize();
  // What a test terminates, the pool reports.
  (dataSource.driver as unknown as { master: { on(event: 'error', listener: () => void): void } }).master.on(
    'error',
    () => undefined,
  );
  database = new Database(dataSource);
  await database.query(
    'CREATE TABLE seen (place bigserial, consumer text, channel text, "offset" bigint, payload json)',
  );
});
afterAll(async () => {
  await dataSource?.destroy();
  await testDatabase?.drop();
});
beforeEach(async () => {
  await database.query('TRUNCATE channels, log_consumers, seen CASCADE');
  bus = new LocalBus();
  log = new EventLog(bus);
  workers = [];
});
afterEach(() => Promise.all(workers.map((worker) => worker.onModuleDestroy())));

type Handle = (tx: Transaction, events: readonly EventFields[]) => Promise<void>;

const record =
  (consumer: string): Handle =>
  async (tx, events) => {
    await tx.query(
      `INSERT INTO seen (consumer, channel, "offset", payload)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[]::json[])`,
      [consumer, events.map((e) => e.channel), events.map((e) => e.offset), events.map((e) => e.payload)],
    );
  };

async function startWorker(name = 'reader', handle = record(name)): Promise<void> {
  const worker = new LogConsumers(bus, database, new Cursors(database));
  workers.push(worker);
  await worker.start({ name, types: ['test:wanted'], handle });
}

async function append(channel: string, count = 1, { type = 'test:wanted', payload = '{}' } = {}): Promise<void> {
  const drafts = Array.from({ length: count }, () => ({ channel, id: newId(), type, actor: null, payload }));
  await database.transaction((tx) => log.append(tx, drafts));
}

async function seen(consumer = 'reader'): Promise<Record<string, number[]>> {
  const rows = await database.query<{ channel: string; offset: string }>(
    'SELECT channel, "offset" FROM seen WHERE consumer = $1 ORDER BY place',
    [consumer],
  );
  const byChannel: Record<string, number[]> = {};
  for (const { channel, offset } of rows) (byChannel[channel] ??= []).push(Number(offset));
  return byChannel;
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

async function eventuallySeen(expected: Record<string, number[]>, consumer = 'reader'): Promise<void> {
  const count = Object.values(expected).flat().length;
  await eventually(`${count} events are seen`, async () => Object.values(await seen(consumer)).flat().length >= count);
  expect(await seen(consumer)).toEqual(expected);
}

describe('a consumer of the log', () => {
  it('gets what is committed after its first start, of its types, in the order of each channel', async () => {
    await append('things:old', 3);
    await startWorker();
    await append('things:old', 2);
    await append('things:new', 1, { type: 'test:other' });
    await append('things:new', 2);
    await eventuallySeen({ 'things:old': [4, 5], 'things:new': [2, 3] });
  });

  it('goes on where it was after a time in which no worker ran', async () => {
    await startWorker();
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': upTo(2) });
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 2);
    await append('things:2', 1);
    await startWorker();
    await eventuallySeen({ 'things:1': upTo(4), 'things:2': [1] });
  });

  it('finds what nobody announced, also in a channel that it has never heard of', async () => {
    await startWorker();
    await append('things:1', 1);
    await eventuallySeen({ 'things:1': [1] });
    bus.silent = true;
    await append('things:1', 1);
    await append('things:2', 1);
    await eventuallySeen({ 'things:1': [1, 2], 'things:2': [1] });
  });

  it('gets each event once, however many workers share the work', async () => {
    for (let worker = 0; worker < 4; worker++) await startWorker();
    const channels = Array.from({ length: 12 }, (_, index) => `things:${index}`);
    await Promise.all(
      channels.map(async (channel) => {
        for (let i = 0; i < 10; i++) await append(channel, 3);
      }),
    );
    await eventuallySeen(Object.fromEntries(channels.map((channel) => [channel, upTo(30)])));
  });

  it('reads a long backlog in several transactions, without a new hint', async () => {
    await startWorker();
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 2_500);
    await startWorker();
    await eventuallySeen({ 'things:1': upTo(2_500) });
  });

  it('does its work once when its connection is cut in the middle of it', async () => {
    let cuts = 3;
    await startWorker('reader', async (tx, events) => {
      await record('reader')(tx, events);
      if (cuts-- > 0) await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await append('things:1', 3);
    await append('things:2', 3);
    await eventuallySeen({ 'things:1': upTo(3), 'things:2': upTo(3) });
    expect(cuts).toBeLessThanOrEqual(0);
  });

  it('appends to the log in the same transaction, and another consumer reads that', async () => {
    await startWorker('second');
    await startWorker('first', async (tx, events) => {
      const drafts = events
        .filter(({ channel }) => channel.startsWith('things:'))
        .map(({ channel }) => {
          return { channel: `echo:${channel}`, id: newId(), type: 'test:wanted', actor: null, payload: '{}' };
        });
      await log.append(tx, drafts);
    });
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': [1, 2], 'echo:things:1': [1, 2] }, 'second');
  });

  it('does not hold up the other channels, nor its own for good, for an event that it can not handle', async () => {
    await startWorker('reader', async (tx, events) => {
      if (events.some(({ payload }) => payload.includes('poison'))) throw new Error('This one is poison.');
      await record('reader')(tx, events);
    });
    bus.silent = true;
    await append('things:1', 1);
    await append('things:1', 1, { payload: '"poison"' });
    await append('things:1', 1);
    await append('things:2', 2);
    bus.silent = false;
    await append('things:2', 1);
    await eventuallySeen({ 'things:1': [1], 'things:2': upTo(3) });
    await database.query('UPDATE log_cursors SET attempts = 7, retry_at = NULL WHERE attempts > 0');
    await eventuallySeen({ 'things:1': [1, 3], 'things:2': upTo(3) });
    expect(await database.query('SELECT channel, "offset", reason FROM log_setbacks')).toEqual([
      { channel: 'things:1', offset: '2', reason: 'This one is poison.' },
    ]);
  });

  it('finds unread events by when channels grew, and not by looking through all channels', async () => {
    await startWorker();
    await append('things:1', 1);
    await eventuallySeen({ 'things:1': [1] });
    await database.query(
      `INSERT INTO channels (name, head, grown_in) SELECT 'idle:' || i, 1, 1 FROM generate_series(1, 50) AS i`,
    );
    await append('things:1', 1);
    await eventuallySeen({ 'things:1': [1, 2] });
    expect(await new Cursors(database).unread('reader', 100)).toEqual([]);
  });

  it('keeps what it has not read from being trimmed, for as long as a worker runs it now and then', async () => {
    await startWorker();
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': upTo(2) });
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 3);
    const trim = () => new TrimLog(database).run({ days: 30, count: 1 });
    expect(await trim()).toBe(2);
    await database.query(`UPDATE log_consumers SET seen_at = now() - interval '8 days'`);
    expect(await trim()).toBe(2);
    await startWorker();
    await eventuallySeen({ 'things:1': [1, 2, 5] });
  });
});
