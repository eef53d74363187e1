import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '../../src/platform/database/database.js';
import { draftEvent, EventLog } from '../../src/platform/events/event-log.js';
import { webhookFailed } from '../../src/webhooks/public/webhooks.declarations.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { recordRun } from '../support/record-run.js';
import { ServerProcess } from '../support/server-process.js';

const SECONDS = Number(process.env['CONSUMER_SECONDS'] ?? 20);
const WORKSPACES = 5;
const EVENTS_PER_BATCH = 20;

let testDatabase: TestDatabase;
let tidings: RunningTidings;
let workers: ServerProcess[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const shared = {
    DATABASE_URL: testDatabase.url,
    JWT_SECRET: 'a secret of the tests, long enough',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    EVENT_RETENTION_COUNT: '1',
  };
  tidings = await startTidings({ ...shared, ROLE: 'api,gateway' });
  workers = await Promise.all([1, 2].map(() => ServerProcess.make({ ...shared, ROLE: 'worker' })));
  await Promise.all(workers.map((worker) => worker.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.dispose()));
  await tidings?.stop();
  await testDatabase?.drop();
});

it(
  'creates one notification for each event while the workers that read the log are repeatedly killed',
  async () => {
    const database = tidings.app.get(Database);
    const log = tidings.app.get(EventLog);
    const workspaces: string[] = [];
    for (let i = 0; i < WORKSPACES; i++) {
      const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: `Workspace ${i}` });
      workspaces.push(body.id);
    }
    let appended = 0;
    let kills = 0;
    const end = Date.now() + SECONDS * 1_000;
    const killing = (async () => {
      for (let turn = 0; Date.now() < end; turn++) {
        await delay(300);
        const worker = workers[turn % workers.length];
        await worker?.kill();
        kills++;
        await worker?.start();
      }
    })();
    while (Date.now() < end) {
      const drafts = workspaces.flatMap((workspaceId) =>
        Array.from({ length: EVENTS_PER_BATCH }, () => {
          const payload = {
            workspaceId,
            deliveryId: randomUUID(),
            sourceId: randomUUID(),
            provider: 'open',
            title: 'x',
            error: 'x',
          };
          return draftEvent(webhookFailed, `webhooks:${workspaceId}`, payload);
        }),
      );
      await database.transaction((tx) => log.append(tx, drafts));
      appended += drafts.length;
      await delay(50);
    }
    await killing;
    const count = async (sql: string) => Number((await database.query<{ count: string }>(sql))[0]?.count);
    const begin = performance.now();
    await eventually(
      'every event has its notification',
      async () => (await count('SELECT count(*) FROM notifications')) >= appended,
      60_000,
    );
    const caughtUpMs = Math.round(performance.now() - begin);
    const [all, distinct] = [
      await count('SELECT count(*) FROM notifications'),
      await count('SELECT count(DISTINCT event_id) FROM notifications'),
    ];
    expect([all, distinct]).toEqual([appended, appended]);
    expect(await count(`SELECT head AS count FROM channels WHERE name = 'user:${tidings.api.userId}'`)).toBe(appended);
    expect(await count('SELECT count(*) FROM log_setbacks')).toBe(0);
    recordRun({
      fault: 'a consumer of the log is killed again and again',
      options: { CONSUMER_SECONDS: SECONDS },
      figures: {
        kills,
        events: appended,
        lost: appended - distinct,
        twice: all - distinct,
        'caught up within': `${caughtUpMs} ms`,
      },
    });
    expect(kills).toBeGreaterThan(3);
  },
  SECONDS * 1_000 + 120_000,
);
