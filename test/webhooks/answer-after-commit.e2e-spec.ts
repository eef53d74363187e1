import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../src/platform/database/database.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, postGithub } from '../support/webhooks.js';

let tidings: RunningTidings;
let blocker: pg.Client;

beforeAll(async () => {
  tidings = await startTidings();
  blocker = new pg.Client({ connectionString: tidings.databaseUrl });
  await blocker.connect();
});
afterAll(async () => {
  await blocker?.end();
  await tidings?.stop();
});

/** Asked outside of the blocking transaction, which sees the activity of its first look until it ends. */
const isWaiting = async (): Promise<boolean> => {
  const rows = await tidings.app
    .get(Database)
    .query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO deliveries%'`,
    );
  return rows.length > 0;
};

describe('the answer to a webhook', () => {
  it('waits for the commit of the delivery', async () => {
    const { api, workspaceId } = tidings;
    const source = await makeSource(api, workspaceId, { provider: 'github' });
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE deliveries IN SHARE MODE');
    let isAnswered = false;
    const answer = postGithub(source, { body: '{"zen":"patience"}' }).finally(() => (isAnswered = true));
    await eventually('the insert of the delivery waits', isWaiting);
    // Later calls overtake an answer that waits.
    for (let call = 0; call < 5; call++) await fetch(`${tidings.url}/health/live`);
    expect(isAnswered).toBe(false);
    await blocker.query('ROLLBACK');
    const { status, deliveryId } = await answer;
    expect(status).toBe(202);
    expect((await deliveryOf(api, workspaceId, deliveryId)).id).toBe(deliveryId);
  });
});
