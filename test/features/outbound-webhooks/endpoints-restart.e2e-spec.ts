import { afterEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { SendMessages } from '../../../src/features/outbound-webhooks/send-messages.js';
import { startTidings } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver } from '../../support/receiver.js';
import { post } from '../../support/webhooks.js';

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it('does not count an attempt that a shutdown aborts, so that the next worker repeats it', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanups.push(
    () => database.drop(),
    () => client.end(),
  );
  const receiver = await startReceiver();
  receiver.answer = () => 500;
  cleanups.push(() => receiver.close());
  const tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true', DATABASE_URL: database.url });
  const fields = { name: 'test', url: receiver.url, eventTypes: ['webhook:received'] };
  const endpoint = await tidings.api.post<{ id: string }>(`/v1/workspaces/${tidings.workspaceId}/endpoints`, fields);
  await post(tidings.openSourceUrl, 'hello');
  await eventually(
    'the failure is recorded',
    async () => (await client.query('SELECT FROM message_attempts')).rowCount === 1,
  );
  receiver.answer = () => new Promise<number>(() => undefined);
  // The next attempt is the last one: if it failed, the message would fail.
  await client.query('UPDATE messages SET attempts = 9, due_at = now()');
  await tidings.app.get(SendMessages).handle({ endpointIds: [endpoint.body.id] });
  await eventually('the last attempt is in flight', () => receiver.received.length === 2);
  await tidings.stop();
  const { rows } = await client.query(
    'SELECT status, attempts, due_at <= now() AS due, enabled FROM messages, endpoints',
  );
  expect(rows).toEqual([{ status: 'pending', attempts: 9, due: true, enabled: true }]);
});
