import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { RowLock } from '../support/row-lock.js';
import { TestSocket } from '../support/socket.js';

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings?.stop());

const isBeingOpened = async (): Promise<boolean> => {
  const waiting = await tidings.app.get(Database).query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND query LIKE 'INSERT INTO channels%'`,
  );
  return waiting.length > 0;
};

describe('a subscription that is under way', () => {
  it('does not begin if the right is revoked while its channel is being opened', async () => {
    const { api, workspaceId } = tidings;
    const user = await signUp(api, 'reader@example.com');
    const member = `/v1/workspaces/${workspaceId}/members/${user.userId}`;
    expect((await api.put(member, { role: 'viewer' })).status).toBe(200);
    const channel = `topic:${workspaceId}/never-opened`;
    const lock = new RowLock(tidings.databaseUrl);
    await lock.lock('INSERT INTO channels (name) VALUES ($1)', channel);
    const socket = await TestSocket.connect(tidings.url, user.token);
    const answer = socket.ask('subscribe', { channel });
    await eventually('the channel is being opened', isBeingOpened);
    expect((await api.put(member, { role: 'viewer', deny: ['topics:read'] })).status).toBe(200);
    await lock.release();
    expect((await answer).payload).toMatchObject({ code: 'channel.forbidden' });
    socket.cut();
  });
});
