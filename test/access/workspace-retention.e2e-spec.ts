import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TrimWorkspaces } from '../../src/access/workspaces/trim-workspaces.js';
import { Database } from '../../src/platform/database/database.js';
import { DeliveryStore } from '../../src/webhooks/deliveries/delivery.store.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { post } from '../support/webhooks.js';

let tidings: RunningTidings;
let owner: Api;
let database: Database;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings({ EVENT_RETENTION_DAYS: '20', DELIVERY_RETENTION_DAYS: '15' });
  ({ api: owner, workspaceId: ws } = tidings);
  database = tidings.app.get(Database);
});
afterAll(() => tidings?.stop());

const change = (retention: object, by = owner) =>
  by.patch<Schemas['WorkspaceDetails']>(`/v1/workspaces/${ws}`, { retention });
const retention = async () => (await owner.get<Schemas['WorkspaceDetails']>(`/v1/workspaces/${ws}`)).body.retention;

describe('the retention of a workspace', () => {
  it('is that of the installation at first, and shown with its bounds', async () => {
    const bounds = { maxEventsDays: 20, maxDeliveriesDays: 15 };
    expect(await retention()).toEqual({ eventsDays: null, deliveriesDays: null, ...bounds });
  });

  it('can be shorter, and is the installation’s again with null; each change is audited', async () => {
    expect(await change({ eventsDays: 3 })).toMatchObject({ status: 200, body: { retention: { eventsDays: 3 } } });
    expect((await change({ deliveriesDays: 15 })).body.retention).toMatchObject({ eventsDays: 3, deliveriesDays: 15 });
    expect((await change({ eventsDays: null })).body.retention).toMatchObject({ eventsDays: null, deliveriesDays: 15 });
    const { body } = await owner.get<{ items: Schemas['AuditEntry'][] }>(`/v1/workspaces/${ws}/audit?limit=1`);
    expect(body.items[0]).toMatchObject({
      action: 'workspace.changed',
      before: { eventsDays: 3 },
      after: { eventsDays: null },
    });
  });

  it.each([
    [{ eventsDays: 21 }, 'workspace.retention-too-long'],
    [{ deliveriesDays: 16 }, 'workspace.retention-too-long'],
    [{ eventsDays: 0 }, 'request.invalid'],
    [{ eventsDays: 1.5 }, 'request.invalid'],
    [{ bodies: 1 }, 'request.invalid'],
  ])('cannot be %j', async (wanted, code) => {
    const before = await retention();
    expect(await change(wanted)).toMatchObject({ status: 400, body: { code } });
    expect(await retention()).toEqual(before);
  });

  it('takes the permission to manage members', async () => {
    const member = await signUp(owner, 'member@example.com');
    await owner.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member' });
    expect((await change({ eventsDays: 1 }, member)).status).toBe(403);
  });

  it('deletes older events and deliveries of this workspace only', async () => {
    const { body: other } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'Another' });
    for (const id of [ws, other.id]) {
      for (const number of [1, 2]) {
        const event = { channel: `topic:${id}/orders`, type: 'order.paid', payload: { number } };
        await owner.post(`/v1/workspaces/${id}/events`, event);
      }
    }
    await post(tidings.openSourceUrl, 'an old one');
    await eventually('it is processed', async () => {
      const { body } = await owner.get<{ items: unknown[] }>(`/v1/workspaces/${ws}/deliveries?status=processed`);
      return body.items.length > 0;
    });
    await database.query(
      `UPDATE events SET created_at = now() - interval '5 days' WHERE "offset" = 1 AND channel_id IN (
         SELECT id FROM channels WHERE name LIKE 'topic:%')`,
    );
    // The id of a delivery tells its time too.
    await database.query(
      `UPDATE deliveries SET received_at = now() - interval '5 days', id = '01980000-0000-7000-8000-000000000000'
       WHERE workspace_id = $1`,
      [ws],
    );
    await database.query('UPDATE log_consumers SET seen_at = now() - interval $$8 days$$');
    await change({ eventsDays: 4, deliveriesDays: 4 });
    await tidings.app.get(TrimWorkspaces).run(() => false);
    await tidings.app.get(DeliveryStore, { strict: false }).prune(15, () => false);
    const eventsOf = async (id: string): Promise<unknown[]> =>
      (await owner.get<{ items: unknown[] }>(`/v1/workspaces/${id}/events?channel=topic:${id}/orders`)).body.items;
    expect(await eventsOf(ws)).toMatchObject([{ offset: 2 }]);
    expect(await eventsOf(other.id)).toHaveLength(2);
    expect((await owner.get(`/v1/workspaces/${ws}/deliveries`)).body['items']).toEqual([]);
  });
});
