import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SendMessages } from '../../../src/features/outbound-webhooks/send-messages.js';
import { signUp, type Api, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';

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
  if (made.status !== 201) throw new Error(`The task was not created: ${made.status}`);
};

/** A member who may manage webhooks. */
async function newMaker(member: object = { role: 'member', grant: ['webhooks:manage'] }): Promise<Api> {
  const maker = await signUp(api, `maker${round++}@example.com`);
  if ((await put(maker.userId, member)).status !== 200) throw new Error('The maker is no member.');
  return maker;
}

async function createEndpoint(by: Api, fields: object = {}): Promise<Made> {
  const made = await by.post<Made>(endpoints, { name: 'a copy', url: receiver.url, eventTypes: [], ...fields });
  if (made.status !== 201) throw new Error(`The endpoint was not created: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** Waits until another endpoint has got an event: earlier events are dispatched then. */
async function dispatchTask(title: string): Promise<void> {
  const witness = await startReceiver();
  await createEndpoint(api, { name: title, url: witness.url });
  await makeTask(title);
  await eventually('the witness has got the event', () => witness.received.some(({ body }) => body.includes(title)));
  await witness.close();
}

const bodies = () => receiver.received.map(({ body }) => body).join('\n');

type Revocation = (maker: Api) => Promise<unknown>;

const REVOCATIONS: Record<string, readonly [Revocation, string]> = {
  'removed from the workspace': [async ({ userId }) => api.delete(`${workspace}/members/${userId}`), 'maker-removed'],
  disabled: [async ({ userId }) => api.patch(`/v1/users/${userId}`, { disabled: true }), 'maker-disabled'],
  deleted: [async ({ userId }) => api.delete(`/v1/users/${userId}`), 'maker-deleted'],
  'deprived of all permissions': [
    async ({ userId }) => {
      await api.post(`${workspace}/roles`, { name: 'nothing', permissions: [] });
      return put(userId, { role: 'nothing' });
    },
    'maker-lost-rights',
  ],
};

describe('an endpoint whose maker was', () => {
  it.each(Object.keys(REVOCATIONS))('%s gets no further events and is disabled with that reason', async (how) => {
    const [revoke, reason] = REVOCATIONS[how] ?? [];
    const maker = await newMaker();
    const endpoint = await createEndpoint(maker);
    expect(endpoint.createdBy).toBe(maker.userId);
    await makeTask(`before ${how}`);
    await eventually('the first event arrives', () => bodies().includes(`before ${how}`));
    await revoke?.(maker);
    expect(await readAgain(endpoint)).toMatchObject({
      enabled: false,
      disabledReason: reason,
      createdBy: maker.userId,
    });
    await dispatchTask(`after ${how}`);
    expect(bodies()).not.toContain(`after ${how}`);
  });

  it('removed causes an event, a notification to the managers and an audit entry', async () => {
    const maker = await newMaker();
    const { id } = await createEndpoint(maker);
    await api.delete(`${workspace}/members/${maker.userId}`);
    const log = await api.get<{ items: { type: string; payload: unknown }[] }>(
      `${workspace}/events?channel=webhooks:${tidings.workspaceId}&limit=200`,
    );
    const published = log.body.items.filter(({ type }) => type === 'webhook:endpoint_disabled');
    expect(published.at(-1)?.payload).toMatchObject({ endpointId: id, reason: 'maker-removed' });
    const audit = await api.get<{ items: object[] }>(`${workspace}/audit?action=endpoint.disabled`);
    expect(audit.body.items[0]).toMatchObject({
      target: id,
      actorId: null,
      after: { enabled: false, disabledReason: 'maker-removed' },
    });
    await eventually('the notification arrives', async () => {
      const { body } = await api.get<{ items: { kind: string; subject: string }[] }>('/v1/notifications');
      return body.items.some(({ kind, subject }) => kind === 'webhook.endpoint-disabled' && subject.includes(id));
    });
  });

  it('disabled and enabled again stays disabled until a user enables it and takes it over', async () => {
    const maker = await newMaker();
    const endpoint = await createEndpoint(maker);
    await api.patch(`/v1/users/${maker.userId}`, { disabled: true });
    await api.patch(`/v1/users/${maker.userId}`, { disabled: false });
    await dispatchTask('while it is off');
    expect(await readAgain(endpoint)).toMatchObject({ enabled: false, disabledReason: 'maker-disabled' });
    const enabled = await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true });
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, createdBy: api.userId });
    await api.delete(`${workspace}/members/${maker.userId}`);
    await makeTask('after the takeover');
    await eventually('the event arrives', () => bodies().includes('after the takeover'));
    expect(bodies()).not.toContain('while it is off');
  });
});

describe('an endpoint', () => {
  it('gets after a takeover only events that its former maker could read as well', async () => {
    const maker = await newMaker({ role: 'member', grant: ['webhooks:manage'], deny: ['documents:read'] });
    const endpoint = await createEndpoint(maker);
    await api.delete(`${workspace}/members/${maker.userId}`);
    await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true });
    const { status } = await api.post(`${workspace}/documents`, { title: 'a secret paper' });
    expect(status).toBe(201);
    await dispatchTask('an open task');
    await eventually('the task arrives', () => bodies().includes('an open task'));
    expect(bodies()).not.toContain('a secret paper');
  });

  it('no longer gets events that its maker may not read, but gets the others', async () => {
    const maker = await newMaker();
    const endpoint = await createEndpoint(maker);
    await put(maker.userId, { role: 'member', grant: ['webhooks:manage'], deny: ['tasks:read'] });
    await dispatchTask('a task out of reach');
    await api.post(`${workspace}/documents`, { title: 'within reach' });
    await eventually('the document arrives', () => bodies().includes('document:created'));
    expect(bodies()).not.toContain('a task out of reach');
    expect(await readAgain(endpoint)).toMatchObject({ enabled: true, disabledReason: null });
  });

  it('gets no pending message that its maker may no longer read, by a retry or a replay', async () => {
    receiver.answer = () => 500;
    const maker = await newMaker();
    const endpoint = await createEndpoint(maker, { eventTypes: ['task:created'] });
    await makeTask('refused at first');
    const [message] = await eventually('the first attempt fails', async () => {
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
    await eventually('the message fails', withheld);
    await api.post(`${endpoints}/${endpoint.id}/messages/replay`);
    await eventually('the message fails again', withheld);
    expect(receiver.received).toHaveLength(tried);
  });

  it('has its attempt in flight aborted when its maker loses the right', async () => {
    receiver.answer = () => new Promise<number>(() => undefined);
    const maker = await newMaker();
    const endpoint = await createEndpoint(maker, { eventTypes: ['task:created'] });
    await makeTask('never answered');
    await eventually('the attempt is in flight', () => receiver.received.length === 1);
    await api.delete(`${workspace}/members/${maker.userId}`);
    // The attempt is not counted, and the message stays pending for a takeover.
    await eventually('the claim is released', async () => (await messagesOf(endpoint))[0]?.attempts === 0);
    expect((await messagesOf(endpoint))[0]?.status).toBe('pending');
  });

  it('keeps its maker when its name changes, but not when its URL changes', async () => {
    const maker = await newMaker();
    const { id } = await createEndpoint(maker);
    const renamed = await api.patch(`${endpoints}/${id}`, { name: 'another name', enabled: true });
    expect(renamed.body).toMatchObject({ createdBy: maker.userId });
    const moved = await api.patch(`${endpoints}/${id}`, { url: `${receiver.url}/elsewhere` });
    expect(moved.body).toMatchObject({ createdBy: api.userId });
  });

  it('of an older release, without a maker, gets no events and can be taken over', async () => {
    const { id } = await createEndpoint(api);
    await database.query('UPDATE endpoints SET created_by = NULL WHERE id = $1', [id]);
    await makeTask('for an unknown maker');
    await dispatchTask('for known makers only');
    expect(bodies()).not.toContain('for an unknown maker');
    expect((await api.patch(`${endpoints}/${id}`, { enabled: true })).body).toMatchObject({ createdBy: api.userId });
  });
});
