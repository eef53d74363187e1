import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SendMessages } from '../../../src/features/outbound-webhooks/send-messages.js';
import { Database } from '../../../src/platform/database/database.js';
import type { Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { post, webhookEvents } from '../../support/webhooks.js';

type Made = Schemas['EndpointWithSecret'];

let tidings: RunningTidings;
let endpoints: string;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  endpoints = `/v1/workspaces/${tidings.workspaceId}/endpoints`;
});
afterAll(() => tidings?.stop());
beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer = () => 503;
});
afterEach(async () => {
  await query('DELETE FROM endpoints');
  await receiver.close();
});

const query = (sql: string, values: unknown[] = []) =>
  tidings.app.get(Database).transaction((tx) => tx.query<{ attempts: number }>(sql, values));

async function createEndpoint(fields: object = {}): Promise<string> {
  const wanted = { name: 'our CRM', url: `${receiver.url}/in`, eventTypes: ['webhook:received'], ...fields };
  return (await tidings.api.post<Made>(endpoints, wanted)).body.id;
}

const sendSomething = () => post(tidings.openSourceUrl, randomUUID());

/** Ends the pause before the next attempt, waits for that attempt and its record. */
async function attempt(endpointId: string): Promise<void> {
  const seen = receiver.received.length;
  await query(`UPDATE messages SET due_at = now() WHERE status = 'pending' AND endpoint_id = $1`, [endpointId]);
  await tidings.app.get(SendMessages).handle({ endpointIds: [endpointId] });
  await recorded(endpointId, seen + 1);
}

const recorded = (endpointId: string, count: number) =>
  eventually(`${count} attempts are recorded`, async () => {
    const rows = await query(
      `SELECT count(*)::int AS attempts FROM message_attempts
       JOIN messages ON messages.id = message_id WHERE endpoint_id = $1`,
      [endpointId],
    );
    return rows[0]?.attempts === count;
  });

const warningsOf = async (endpointId: string) =>
  (await webhookEvents(tidings.api, tidings.workspaceId))
    .filter(({ type }) => type === 'webhook:endpoint_failing')
    .map(
      ({ payload }) =>
        payload as unknown as { endpointId: string; warning: string; failures: number; disableAt: string },
    )
    .filter((payload) => payload.endpointId === endpointId);

const warnedOf = async (endpointId: string) => (await warningsOf(endpointId)).map(({ warning }) => warning);
const beginFailing = (endpointId: string, hours: number) =>
  query(`UPDATE endpoints SET failing_since = now() - make_interval(hours => $2) WHERE id = $1`, [endpointId, hours]);

describe('the managers of webhooks', () => {
  it('are warned at the third failure in a row, once, and again in the next run of failures', async () => {
    const id = await createEndpoint();
    await sendSomething();
    await recorded(id, 1);
    await attempt(id);
    expect(await warnedOf(id)).toEqual([]);
    await attempt(id);
    expect(await warningsOf(id)).toEqual([expect.objectContaining({ warning: 'failures', failures: 3 })]);
    await attempt(id);
    receiver.answer = () => 204;
    await attempt(id);
    expect(await warnedOf(id)).toHaveLength(1);
    receiver.answer = () => 503;
    await sendSomething();
    await recorded(id, 6);
    await attempt(id);
    expect(await warnedOf(id)).toHaveLength(1);
    await attempt(id);
    expect(await warnedOf(id)).toEqual(['failures', 'failures']);
  });

  it('are warned once when half of three days has passed without an accepted message', async () => {
    const id = await createEndpoint();
    await sendSomething();
    await recorded(id, 1);
    await beginFailing(id, 35);
    await attempt(id);
    expect(await warnedOf(id)).toEqual([]);
    await beginFailing(id, 37);
    for (let i = 0; i < 3; i++) await attempt(id);
    const [warning, ...others] = await warningsOf(id);
    expect([warning?.warning, others]).toEqual(['half-time', []]);
    expect((Date.parse(warning?.disableAt ?? '') - Date.now()) / 3_600_000).toBeCloseTo(35, 1);
    receiver.answer = () => 204;
    await attempt(id);
    receiver.answer = () => 503;
    await sendSomething();
    await recorded(id, 7);
    await beginFailing(id, 37);
    await attempt(id);
    expect(await warnedOf(id)).toEqual(['half-time', 'half-time']);
  });

  it('are warned at half of the schedule of an ordered endpoint', async () => {
    const id = await createEndpoint({ ordered: true, retries: [3_600, 3_600] });
    await sendSomething();
    await recorded(id, 1);
    await beginFailing(id, 1);
    await attempt(id);
    expect(await warnedOf(id)).toEqual(['half-time']);
  });

  it('are not warned of an endpoint that is disabled by the same failure', async () => {
    const id = await createEndpoint({ ordered: true, retries: [1, 1] });
    await sendSomething();
    await eventually('the endpoint is disabled', async () => {
      const { body } = await tidings.api.get<Schemas['Endpoint']>(`${endpoints}/${id}`);
      return body.disabledReason === 'failing';
    });
    expect(await warnedOf(id)).not.toContain('failures');
  });
});
