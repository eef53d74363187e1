import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';

let tidings: RunningTidings;
let api: Api;
let receiver: Receiver;
let workspace: string;

beforeAll(async () => {
  receiver = await startReceiver();
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  ({ api } = tidings);
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  await api.put(`${workspace}/event-types/order:paid`, {});
});
afterAll(async () => {
  await tidings.stop();
  await receiver.close();
});

const create = (path: string, eventTypes: string[], by = api) =>
  by.post<{ id: string; code?: string }>(`${workspace}/endpoints`, {
    name: path,
    url: `${receiver.url}/${path}`,
    eventTypes,
  });

async function publish(path: string, type: string): Promise<void> {
  const event = { channel: `topic:${tidings.workspaceId}/${path}`, type, payload: { order: 17 } };
  expect((await api.post(`${workspace}/events`, event)).status).toBe(201);
}

/** The types of the messages that have arrived. A message whose answer came late is sent again. */
function typesAt(path: string): string[] {
  const requests = receiver.received.filter((request) => request.path === `/${path}`);
  return [...new Map(requests.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body).type])).values()];
}

describe('an endpoint', () => {
  it('gets the published events of the types that it chose from the catalogue, or of all types', async () => {
    const made = [await create('chosen', ['order:paid']), await create('all', [])];
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    await publish('orders', 'order:open');
    await publish('orders', 'order:paid');
    await eventually('the events at both', () => typesAt('all').length === 2 && typesAt('chosen').length === 1);
    expect(typesAt('all').toSorted()).toEqual(['order:open', 'order:paid']);
    expect(typesAt('chosen')).toEqual(['order:paid']);
  });

  it('gets only the published events that its maker may read', async () => {
    const maker = await signUp(api, 'maker@example.com');
    const rights = { role: 'viewer', grant: ['webhooks:manage'], deny: ['topics:read:secret/*'] };
    await api.put(`${workspace}/members/${maker.userId}`, rights);
    expect((await create('limited', ['order:paid'], maker)).status).toBe(201);
    await publish('secret/one', 'order:paid');
    await publish('open/one', 'order:paid');
    await eventually('both events where all arrive', () => typesAt('all').length === 4);
    await eventually('the event that it may read', () => typesAt('limited').length > 0);
    expect(typesAt('limited')).toEqual(['order:paid']);
  });

  it('cannot choose a type that neither the service nor its workspace has defined', async () => {
    expect((await create('unknown', ['order:unknown'])).body.code).toBe('endpoint.unknown-event-type');
    const { body } = await create('changed', ['order:paid', 'task:created']);
    const changed = await api.patch(`${workspace}/endpoints/${body.id}`, { eventTypes: ['order:unknown'] });
    expect(changed.body).toMatchObject({ code: 'endpoint.unknown-event-type', detail: 'order:unknown' });
  });
});
