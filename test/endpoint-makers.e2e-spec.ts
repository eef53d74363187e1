import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SendMessages } from '../src/features/outbound-webhooks/send-messages.js';
import { signUp, type Api, type Schemas } from './support/api.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import { startReceiver, type Receiver } from './support/receiver.js';

let tidings: RunningTidings;
let api: Api;
let workspace: string;
let endpoints: string;
let database: pg.Client;
let receiver: Receiver;
let round = 0;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  ({ api } = tidings);
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  endpoints = `${workspace}/endpoints`;
  database = new pg.Client({ connectionString: tidings.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await tidings?.stop();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

type Made = Schemas['EndpointWithSecret'];

const put = (userId: string, member: object) => api.put(`${workspace}/members/${userId}`, member);
const readAgain = async ({ id }: { id: string }) => (await api.get<Schemas['Endpoint']>(`${endpoints}/${id}`)).body;
const messagesOf = async ({ id }: { id: string }) =>
  (await api.get<{ items: Schemas['Message'][] }>(`${endpoints}/${id}/messages`)).body.items;
const makeTask = async (title: string) => {
  const made = await api.post(`${workspace}/tasks`, { title });
  if (made.status !== 201) throw new Error(`The task was not made: ${made.status}`);
};

/** A member who may manage webhooks. */
async function newMaker(member: object = { role: 'member', grant: ['webhooks:manage'] }): Promise<Api> {
  const maker = await signUp(api, `maker${round++}@example.com`);
  if ((await put(maker.userId, member)).status !== 200) throw new Error('The maker is no member.');
  return maker;
}

async function openEndpoint(by: Api, wanted: object = {}): Promise<Made> {
  const made = await by.post<Made>(endpoints, { name: 'a copy', url: receiver.url, eventTypes: [], ...wanted });
  if (made.status !== 201) throw new Error(`The endpoint was not made: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** Another endpoint has got the event: whatever is made of it for others is made. */
async function passed(title: string): Promise<void> {
  const witness = await startReceiver();
  await openEndpoint(api, { name: title, url: witness.url });
  await makeTask(title);
  await eventually('the witness has got it', () => witness.received.some(({ body }) => body.includes(title)));
  await witness.close();
}

const bodies = () => receiver.received.map(({ body }) => body).join('\n');

type Revocation = (maker: Api) => Promise<unknown>;

const REVOCATIONS: Record<string, readonly [Revocation, string]> = {
  'removed from the workspace': [async ({ userId }) => api.delete(`${workspace}/members/${userId}`), 'maker-removed'],
  disabled: [async ({ userId }) => api.patch(`/v1/users/${userId}`, { disabled: true }), 'maker-disabled'],
  deleted: [async ({ userId }) => api.delete(`/v1/users/${userId}`), 'maker-deleted'],
  'left without any right': [
    async ({ userId }) => {
      await api.post(`${workspace}/roles`, { name: 'nothing', permissions: [] });
      return put(userId, { role: 'nothing' });
    },
    'maker-lost-rights',
  ],
};

describe('an endpoint whose maker is', () => {
  it.each(Object.keys(REVOCATIONS))('%s gets nothing from then on, and is off for that reason', async (how) => {
    const [revoke, reason] = REVOCATIONS[how] ?? [];
    const maker = await newMaker();
    const endpoint = await openEndpoint(maker);
    expect(endpoint.createdBy).toBe(maker.userId);
    await makeTask(`before ${how}`);
    await eventually('the first event', () => bodies().includes(`before ${how}`));
    await revoke?.(maker);
    expect(await readAgain(endpoint)).toMatchObject({
      enabled: false,
      disabledReason: reason,
      createdBy: maker.userId,
    });
    await passed(`after ${how}`);
    expect(bodies()).not.toContain(`after ${how}`);
  });

  it('lost is announced in the workspace, to those who manage webhooks, and in the audit trail', async () => {
    const maker = await newMaker();
    const { id } = await openEndpoint(maker);
    await api.delete(`${workspace}/members/${maker.userId}`);
    const log = await api.get<{ items: { type: string; payload: unknown }[] }>(
      `${workspace}/events?channel=webhooks:${tidings.workspaceId}&limit=200`,
    );
    const told = log.body.items.filter(({ type }) => type === 'webhook:endpoint_disabled');
    expect(told.at(-1)?.payload).toMatchObject({ endpointId: id, reason: 'maker-removed' });
    const audit = await api.get<{ items: object[] }>(`${workspace}/audit?action=endpoint.disabled`);
    expect(audit.body.items[0]).toMatchObject({
      target: id,
      actorId: null,
      after: { enabled: false, disabledReason: 'maker-removed' },
    });
    await eventually('the notification', async () => {
      const { body } = await api.get<{ items: { kind: string; subject: string }[] }>('/v1/notifications');
      return body.items.some(({ kind, subject }) => kind === 'webhook.endpoint-disabled' && subject.includes(id));
    });
  });

  it('back stays off until it is enabled by hand, and then belongs to the user who enabled it', async () => {
    const maker = await newMaker();
    const endpoint = await openEndpoint(maker);
    await api.patch(`/v1/users/${maker.userId}`, { disabled: true });
    await api.patch(`/v1/users/${maker.userId}`, { disabled: false });
    await passed('while it is off');
    expect(await readAgain(endpoint)).toMatchObject({ enabled: false, disabledReason: 'maker-disabled' });
    const enabled = await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true });
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, createdBy: api.userId });
    await api.delete(`${workspace}/members/${maker.userId}`);
    await makeTask('for the one who took it over');
    await eventually('the event', () => bodies().includes('for the one who took it over'));
    expect(bodies()).not.toContain('while it is off');
  });
});

describe('an endpoint', () => {
  it('gets no more by a takeover than its maker could read when its address was chosen', async () => {
    const maker = await newMaker({ role: 'member', grant: ['webhooks:manage'], deny: ['documents:read'] });
    const endpoint = await openEndpoint(maker);
    await api.delete(`${workspace}/members/${maker.userId}`);
    await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true });
    const { status } = await api.post(`${workspace}/documents`, { title: 'a secret paper' });
    expect(status).toBe(201);
    await passed('an open task');
    await eventually('the task', () => bodies().includes('an open task'));
    expect(bodies()).not.toContain('a secret paper');
  });

  it('goes on without the events that its maker may not read any more', async () => {
    const maker = await newMaker();
    const endpoint = await openEndpoint(maker);
    await put(maker.userId, { role: 'member', grant: ['webhooks:manage'], deny: ['tasks:read'] });
    await passed('a task out of reach');
    await api.post(`${workspace}/documents`, { title: 'within reach' });
    await eventually('the document', () => bodies().includes('document:created'));
    expect(bodies()).not.toContain('a task out of reach');
    expect(await readAgain(endpoint)).toMatchObject({ enabled: true, disabledReason: null });
  });

  it('is not sent what waited for it when its maker lost the right, neither by a retry nor by a replay', async () => {
    receiver.answer = () => 500;
    const maker = await newMaker();
    const endpoint = await openEndpoint(maker, { eventTypes: ['task:created'] });
    await makeTask('refused at first');
    const [message] = await eventually('the first attempt', async () => {
      const found = await messagesOf(endpoint);
      return found[0]?.error === 'answered 500' && found;
    });
    await put(maker.userId, { role: 'member', grant: ['webhooks:manage'], deny: ['tasks:read'] });
    const tried = receiver.received.length;
    await database.query('UPDATE messages SET due_at = now() WHERE id = $1', [message?.id]);
    await tidings.app.get(SendMessages).handle({ endpointIds: [endpoint.id] });
    const reason = 'The maker of the endpoint may not read this event.';
    const withheld = async () => {
      const [found] = await messagesOf(endpoint);
      return found?.status === 'failed' && found.error === reason;
    };
    await eventually('it is given up', withheld);
    await api.post(`${endpoints}/${endpoint.id}/messages/replay`);
    await eventually('it is given up again', withheld);
    expect(receiver.received).toHaveLength(tried);
  });

  it('has the attempt cut off that is under way when its maker loses the right', async () => {
    receiver.answer = () => new Promise<number>(() => undefined);
    const maker = await newMaker();
    const endpoint = await openEndpoint(maker, { eventTypes: ['task:created'] });
    await makeTask('never answered');
    await eventually('the attempt is under way', () => receiver.received.length === 1);
    await api.delete(`${workspace}/members/${maker.userId}`);
    // Released, so that it waits for a takeover as if it had not been tried.
    await eventually('it waits', async () => (await messagesOf(endpoint))[0]?.attempts === 0);
    expect((await messagesOf(endpoint))[0]?.status).toBe('pending');
  });

  it('is made no other user’s by a change of its name, and the changer’s by a change of its address', async () => {
    const maker = await newMaker();
    const { id } = await openEndpoint(maker);
    const renamed = await api.patch(`${endpoints}/${id}`, { name: 'another name', enabled: true });
    expect(renamed.body).toMatchObject({ createdBy: maker.userId });
    const moved = await api.patch(`${endpoints}/${id}`, { url: `${receiver.url}/elsewhere` });
    expect(moved.body).toMatchObject({ createdBy: api.userId });
  });

  it('of an older release, whose maker is unknown, gets nothing and may be taken over', async () => {
    const { id } = await openEndpoint(api);
    await database.query('UPDATE endpoints SET created_by = NULL WHERE id = $1', [id]);
    await makeTask('for an unknown maker');
    await passed('for known makers only');
    expect(bodies()).not.toContain('for an unknown maker');
    expect((await api.patch(`${endpoints}/${id}`, { enabled: true })).body).toMatchObject({ createdBy: api.userId });
  });
});
