import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { eventually } from '../../../test/support/eventually.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { RowLock } from '../../../test/support/row-lock.js';
import { EventLog } from '../../platform/events/event-log.js';
import { ActivateDue } from './activate-due.js';
import { TimerAlarm } from './timer-alarm.js';

Logger.overrideLogger(false);

const userId = randomUUID();
const channel = `user:${userId}`;

let opened: OpenedDatabase;

beforeAll(async () => {
  opened = await openTestDatabase(6);
  await opened.database.query(
    `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'ada@example.com', 'Ada', 'none')`,
    [userId],
  );
  await opened.database.query('INSERT INTO channels (name) VALUES ($1)', [channel]);
  await opened.database.query(
    `INSERT INTO user_statuses (user_id, status, activate_at, goal) VALUES ($1, 'pending', now(), 0)`,
    [userId],
  );
});
afterAll(() => opened?.drop());

function worker(): ActivateDue {
  const { database } = opened;
  // Without a queue there are no alarms, which only the log tells.
  return new ActivateDue(database, new EventLog(new LocalBus()), new TimerAlarm(database, undefined as never));
}

const waiting = async (): Promise<number> => {
  const [row] = await opened.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
};

describe('a status', () => {
  it('becomes active once when two workers find its timer at the same time', async () => {
    const lock = new RowLock(opened.url);
    await lock.lock('SELECT FROM channels WHERE name = $1 FOR UPDATE', channel);
    const first = worker().handle();
    await eventually('the first worker has activated the status and waits to report it', async () => {
      return (await waiting()) === 1;
    });
    let isDone = false;
    const second = worker()
      .handle()
      .then(() => (isDone = true));
    await eventually('the second worker is done or waits', async () => isDone || (await waiting()) === 2);
    await lock.release();
    await Promise.all([first, second]);
    const records = await opened.database.query('SELECT FROM user_transactions WHERE user_id = $1', [userId]);
    expect(records).toHaveLength(1);
  });
});
