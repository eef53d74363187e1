import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { eventually } from '../../../../test/support/eventually.js';
import { newId } from '../../ids.js';
import { LocalBus } from '../../../../test/support/local-bus.js';
import { historyOf } from '../../../../test/support/open-database.js';
import { dataSourceOptions } from '../../database/data-source.js';
import { Database, type Transaction } from '../../database/database.js';
import { EventLog } from '../event-log.js';
import type { EventFields } from '../logged-event.js';
import { LogRetention } from '../log-retention.js';
import { Cursors } from './cursors.js';
import type { LogConsumer } from './log-consumer.js';
import { LogConsumers } from './log-consumers.js';

/** Reaches only listeners of this process, or none when it is silent. */
class SilenceableBus extends LocalBus {
  silent = false;

  override publish(topic: string, message: string): void {
    if (!this.silent) super.publish(topic, message);
  }

  override publishTo(key: string, topic: string, message: string): void {
    if (!this.silent) super.publishTo(key, topic, message);
  }
}

/** Disables the sweep, so that only hints lead to events. */
class BlindCursors extends Cursors {
  blind = false;

  override async unread(consumer: string, limit: number): Promise<string[]> {
    return this.blind ? [] : super.unread(consumer, limit);
  }
}

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;
let bus: SilenceableBus;
let log: EventLog;
let cursors: BlindCursors;
let workers: LogConsumers[];

beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 6)).initialize();
  // The pool reports connections that a test terminates.
  (dataSource.driver as unknown as { master: { on(event: 'error', listener: () => void): void } }).master.on(
    'error',
    () => undefined,
  );
  database = new Database(dataSource);
  await database.query(
    'CREATE TABLE seen (place bigserial, consumer text, channel text, "offset" bigint, payload json)',
  );
  await database.query('CREATE TABLE followed (channel text)');
});
afterAll(async () => {
  await dataSource?.destroy();
  await testDatabase?.drop();
});
beforeEach(async () => {
  await database.query('TRUNCATE channels, log_consumers, seen, followed CASCADE');
  bus = new SilenceableBus();
  log = new EventLog(bus);
  cursors = new BlindCursors(database);
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

async function startWorker(name = 'reader', handle = record(name), rest: Partial<LogConsumer> = {}): Promise<void> {
  const worker = new LogConsumers(bus, database, cursors, historyOf(database));
  workers.push(worker);
  await worker.start({ name, types: ['test:wanted'], handle, ...rest });
}

/** Receives events of followed channels only; the database stores which these are, and tests change it at any time. */
const startFollower = (handle?: Handle) =>
  startWorker('reader', handle, {
    concernTopic: 'followed',
    interestedIn: async (tx, channels) => {
      const rows = await tx.query<{ channel: string }>('SELECT channel FROM followed WHERE channel = ANY($1)', [
        channels,
      ]);
      return new Set(rows.map(({ channel }) => channel));
    },
  });

async function follow(channel: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO followed VALUES ($1)', [channel]);
    tx.afterCommit(() => bus.publish('followed', channel));
  });
}

async function cursorOf(channel: string): Promise<number | undefined> {
  const [row] = await database.query<{ after: string }>(
    'SELECT after FROM log_cursors JOIN channels ON channels.id = channel_id WHERE name = $1',
    [channel],
  );
  return row && Number(row.after);
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

describe('LogConsumers', () => {
  it('receives the events of its types since its first start, in order per channel', async () => {
    await append('things:old', 3);
    await startWorker();
    await append('things:old', 2);
    await append('things:new', 1, { type: 'test:other' });
    await append('things:new', 2);
    await eventuallySeen({ 'things:old': [4, 5], 'things:new': [2, 3] });
  });

  it('continues after a time without workers', async () => {
    await startWorker();
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': upTo(2) });
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 2);
    await append('things:2', 1);
    await startWorker();
    await eventuallySeen({ 'things:1': upTo(4), 'things:2': [1] });
  });

  it('finds events without a hint, even in unknown channels', async () => {
    await startWorker();
    await append('things:1', 1);
    await eventuallySeen({ 'things:1': [1] });
    bus.silent = true;
    await append('things:1', 1);
    await append('things:2', 1);
    await eventuallySeen({ 'things:1': [1, 2], 'things:2': [1] });
  });

  it('receives each event once with several workers', async () => {
    for (let worker = 0; worker < 4; worker++) await startWorker();
    const channels = Array.from({ length: 12 }, (_, index) => `things:${index}`);
    await Promise.all(
      channels.map(async (channel) => {
        for (let i = 0; i < 10; i++) await append(channel, 3);
      }),
    );
    await eventuallySeen(Object.fromEntries(channels.map((channel) => [channel, upTo(30)])));
  });

  it('reads a long backlog in several transactions without further hints', async () => {
    await startWorker();
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 2_500);
    await startWorker();
    await eventuallySeen({ 'things:1': upTo(2_500) });
  });

  it('handles each event once when its connection is cut', async () => {
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

  it('appends to the log in the same transaction, for another consumer to read', async () => {
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

  it('does not block other channels, or its own forever, by an event that fails', async () => {
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
    const makeLastTry = () =>
      database.query('UPDATE log_cursors SET attempts = 7, retry_at = NULL WHERE attempts > 0 RETURNING 1');
    await eventually('an attempt has failed', async () => (await makeLastTry()).length === 1);
    await eventuallySeen({ 'things:1': [1, 3], 'things:2': upTo(3) });
    expect(await database.query('SELECT channel, "offset", reason FROM log_setbacks')).toEqual([
      { channel: 'things:1', offset: '2', reason: 'This one is poison.' },
    ]);
  });

  it('ignores hints of other event types but moves past them', async () => {
    await startWorker();
    cursors.blind = true;
    await append('things:1', 3, { type: 'test:other' });
    await append('things:2', 1);
    await eventuallySeen({ 'things:2': [1] });
    expect(await cursorOf('things:1')).toBeUndefined();
    cursors.blind = false;
    await eventually('the cursor moves', async () => (await cursorOf('things:1')) === 3);
    expect(await seen()).toEqual({ 'things:2': [1] });
  });

  it('skips irrelevant channels until it is notified', async () => {
    let reads = 0;
    await startFollower(async (tx, events) => {
      reads++;
      await record('reader')(tx, events);
    });
    await append('things:1', 3);
    await eventually('they are skipped', async () => (await cursorOf('things:1')) === 3);
    cursors.blind = true;
    await append('things:1', 2);
    await append('things:2', 1);
    await eventually('the other is skipped', async () => (await cursorOf('things:2')) === 1);
    expect(await cursorOf('things:1')).toBe(3);
    expect(reads).toBe(0);
    await follow('things:1');
    await append('things:1', 1);
    await eventually('the last one is seen', async () => (await seen())['things:1']?.includes(6));
  });

  it('finds a newly relevant channel without a hint', async () => {
    await startFollower();
    await append('things:1', 2);
    await eventually('they are skipped', async () => (await cursorOf('things:1')) === 2);
    await database.query(`INSERT INTO followed VALUES ('things:1')`);
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': [3, 4] });
  });

  it('misses no event that is committed after a channel became relevant, under concurrency', async () => {
    for (let worker = 0; worker < 2; worker++) await startFollower();
    const promised: Record<string, number> = {};
    const channels = Array.from({ length: 20 }, (_, index) => `things:${index}`);
    await Promise.all(
      channels.map(async (channel, index) => {
        for (let round = 0; round < 15; round++) {
          if (round === 3 + (index % 7)) {
            await follow(channel);
            promised[channel] = round + 1;
          }
          await append(channel, 1);
        }
      }),
    );
    for (const channel of channels)
      await eventually(`the end of ${channel} is seen`, async () => (await seen())[channel]?.includes(15));
    for (const [channel, offsets] of Object.entries(await seen())) {
      const first = Math.min(...offsets);
      expect(first).toBeLessThanOrEqual(promised[channel] ?? 0);
      expect(offsets).toEqual(upTo(15).slice(first - 1));
    }
  });

  it('finds unread events by channel growth instead of a full scan', async () => {
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

  it('protects unread events from being trimmed while a worker runs regularly', async () => {
    await startWorker();
    await append('things:1', 2);
    await eventuallySeen({ 'things:1': upTo(2) });
    await workers.shift()?.onModuleDestroy();
    await append('things:1', 3);
    const trim = () => new LogRetention(database).run({ days: 30, count: 1 });
    expect(await trim()).toBe(2);
    await database.query(`UPDATE log_consumers SET seen_at = now() - interval '8 days'`);
    expect(await trim()).toBe(2);
    await startWorker();
    await eventuallySeen({ 'things:1': [1, 2, 5] });
  });
});
