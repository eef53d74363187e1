import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { databaseClock } from '../clock/database-clock.js';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { Retention } from './retention.js';

Logger.overrideLogger(false);

const THINGS = { table: 'things', agesBy: 'made_at', days: 30 };

let opened: OpenedDatabase;
let database: Database;
let metrics: Metrics;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  await database.query('CREATE TABLE things (made_at timestamptz NOT NULL)');
});
afterAll(() => opened?.drop());
beforeEach(async () => {
  metrics = new Metrics();
  await database.query('TRUNCATE things, retention_holds');
});
afterEach(() => {
  jest.restoreAllMocks();
});

const made = (count: number, days: number) =>
  database.query('INSERT INTO things SELECT now() - make_interval(days => $1) FROM generate_series(1, $2)', [
    days,
    count,
  ]);

/** @returns whether expired rows were deleted */
async function sweep(retentionHoldHours = 24): Promise<boolean> {
  const retention = new Retention(database, { retentionHoldHours } as Config, metrics);
  return retention.run(THINGS, () =>
    database.query(`DELETE FROM things WHERE made_at < now() - make_interval(days => $1)`, [THINGS.days]),
  );
}

async function left(): Promise<number> {
  const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM things');
  return row?.count ?? -1;
}

describe('Retention', () => {
  it('deletes a small share of expired rows', async () => {
    await made(1_000, 31);
    await made(4_000, 1);
    expect([await sweep(), await left()]).toEqual([true, 4_000]);
  });

  it('deletes nothing when a large share expires at once, and counts the refusal', async () => {
    await made(2_000, 31);
    await made(4_000, 1);
    expect([await sweep(), await left()]).toEqual([false, 6_000]);
    expect(await metrics.text()).toContain('tidings_retention_refused_total{table="things",reason="share"} 1');
  });

  it('deletes a few rows whatever their share', async () => {
    await made(100, 31);
    expect([await sweep(), await left()]).toEqual([true, 0]);
  });

  it('deletes a large share after the hold, or without one', async () => {
    await made(2_000, 31);
    await sweep();
    await database.query(`UPDATE retention_holds SET since = now() - interval '23 hours'`);
    expect([await sweep(), await left()]).toEqual([false, 2_000]);
    await database.query(`UPDATE retention_holds SET since = now() - interval '24 hours'`);
    expect([await sweep(), await left()]).toEqual([true, 0]);
    await made(2_000, 31);
    expect([await sweep(0), await left()]).toEqual([true, 0]);
  });

  it('restarts the hold when the share was small in between', async () => {
    await made(2_000, 31);
    await sweep();
    await database.query(`UPDATE retention_holds SET since = now() - interval '23 hours'`);
    await database.query('TRUNCATE things');
    await sweep();
    expect(await database.query('SELECT name FROM retention_holds')).toEqual([]);
  });

  it.each([31, -45])('deletes nothing while the local clock is %d days off', async (days) => {
    await made(10, 31);
    jest.spyOn(databaseClock, 'driftMs', 'get').mockReturnValue(days * 86_400_000);
    expect([await sweep(), await left()]).toEqual([false, 10]);
    expect(await metrics.text()).toContain('tidings_retention_refused_total{table="things",reason="clock"} 1');
  });

  it('samples a large table', async () => {
    await made(400_000, 1);
    await made(300_000, 31);
    expect(await sweep()).toBe(false);
  });
});
