import { afterEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { SendMessages } from '../src/features/outbound-webhooks/send-messages.js';
import { startTidings } from './support/app.js';
import { createTestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { startReceiver } from './support/receiver.js';
import { post } from './support/webhooks.js';

const cleanups: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it('leaves an attempt that a shutdown cuts off to the next worker, as if it had not been made', async () => {
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
  const wanted = { name: 'test', url: receiver.url, eventTypes: ['webhook:received'] };
  const endpoint = await tidings.api.post<{ id: string }>(`/v1/workspaces/${tidings.workspaceId}/endpoints`, wanted);
  await post(tidings.openSourceUrl, 'hello');
  await eventually('a failure', async () => (await client.query('SELECT FROM message_attempts')).rowCount === 1);
  receiver.answer = () => new Promise<number>(() => undefined);
  // The next attempt is the last: if that fails too, the message is given up.
  await client.query('UPDATE messages SET attempts = 9, due_at = now()');
  await tidings.app.get(SendMessages).handle({ endpointIds: [endpoint.body.id] });
  await eventually('the last attempt is under way', () => receiver.received.length === 2);
  await tidings.stop();
  const { rows } = await client.query(
    'SELECT status, attempts, due_at <= now() AS due, enabled FROM messages, endpoints',
  );
  expect(rows).toEqual([{ status: 'pending', attempts: 9, due: true, enabled: true }]);
});
