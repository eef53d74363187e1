import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadFixtures } from '../../src/webhooks/providers/fixtures.js';
import { deliveryUnreadable } from '../../src/webhooks/providers/provider.errors.js';
import { Providers } from '../../src/webhooks/providers/providers.js';
import { loadProviders } from '../../src/webhooks/providers/load-providers.js';
import { NoteActivity } from '../../src/webhooks/sources/note-activity.js';
import { Database } from '../../src/platform/database/database.js';
import { WatchSilence } from '../../src/webhooks/silence/watch-silence.js';
import { signUp, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, post, webhookEvents, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ws = tidings.workspaceId;
});
afterAll(() => tidings?.stop());

const test = ({ id }: Pick<TestSource, 'id'>, request: object = {}) =>
  tidings.api.post<Schemas['SourceTested'] & { code?: string; detail?: string }>(
    `/v1/workspaces/${ws}/sources/${id}/test`,
    request,
  );

async function processed(id: string) {
  return eventually('the delivery is processed', async () => {
    const delivery = await deliveryOf(tidings.api, ws, id);
    return delivery.status === 'received' ? undefined : delivery;
  });
}

const eventOf = async (deliveryId: string) =>
  (await webhookEvents(tidings.api, ws)).find(({ payload }) => payload.deliveryId === deliveryId);

const senders = await Promise.all(
  [...(await loadProviders()).values()].map(async (provider) => ({
    name: provider.name,
    kind: provider.secrets,
    fixtures: await loadFixtures(provider.name),
  })),
);

/** A source as a user would configure it. */
const sourceOf = ({ name, fixtures }: (typeof senders)[number]): Promise<TestSource> =>
  makeSource(tidings.api, ws, {
    provider: name,
    secrets: fixtures.secrets.slice(0, 1),
    ...(fixtures.options === undefined ? {} : { options: fixtures.options }),
  });

describe('a test of a source', () => {
  it.each(senders)('goes through the whole path for $name, marked as a test', async (sender) => {
    const source = await sourceOf(sender);
    const { status, body } = await test(source);
    expect([status, body.detail]).toEqual([202, undefined]);
    const [example] = sender.fixtures.examples;
    expect(body.event).toBe(example?.expected.eventType);
    const delivery = await processed(body.deliveryId);
    expect(delivery).toMatchObject({ test: true, status: 'processed', eventType: body.event, title: body.title });
    expect((await eventOf(body.deliveryId))?.payload).toMatchObject({ test: true, title: body.title });
  });

  it.each(senders)('can be repeated for $name: each has an id of its own', async (sender) => {
    const source = await sourceOf(sender);
    const ids = [await test(source), await test(source), await test(source)].map(({ body }) => body.deliveryId);
    expect(new Set(ids).size).toBe(3);
  });

  it('is signed with the own secret of the source, if the sender shares one', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    expect((await test(source)).body.signedWith).toBe('source secret');
    const open = await makeSource(tidings.api, ws, { provider: 'open' });
    expect((await test(open)).body.signedWith).toBe('nothing');
  });

  it('is signed with the options of the source', async () => {
    const options = { header: 'x-own', algorithm: 'sha512', encoding: 'base64', prefix: 'v9=' };
    const source = await makeSource(tidings.api, ws, { provider: 'hmac', options });
    const { body } = await test(source);
    expect(body.signedWith).toBe('source secret');
    expect((await deliveryOf(tidings.api, ws, body.deliveryId)).headers['x-own']).toMatch(/^v9=/);
  });

  it('sends the event that is asked for, or the first of its actions', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    expect((await test(source, { event: 'pull_request.opened' })).body.event).toBe('pull_request.opened');
    expect((await test(source, { event: 'pull_request' })).body.event).toBe('pull_request.opened');
  });

  it('refuses an unknown event, with the known ones', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    const { status, body } = await test(source, { event: 'pull_requests' });
    expect([status, body.code, body.detail]).toEqual([
      400,
      'source.unknown-event',
      expect.stringContaining('pull_request.opened'),
    ]);
  });

  it('stores no delivery if the example cannot be described', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'zendesk' });
    const provider = tidings.app.get(Providers).find('zendesk');
    if (provider === undefined) throw new Error('There is no provider zendesk.');
    const describing = jest.spyOn(provider, 'describe').mockImplementation(() => {
      throw deliveryUnreadable();
    });
    const { status, body } = await test(source);
    describing.mockRestore();
    expect([status, body.code]).toEqual([400, 'delivery.unreadable']);
    const deliveries = await tidings.api.get<{ items: unknown[] }>(
      `/v1/workspaces/${ws}/deliveries?sourceId=${source.id}`,
    );
    expect(deliveries.body.items).toEqual([]);
  });

  it('refuses a disabled source, and one of another workspace', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    await tidings.api.patch(`/v1/workspaces/${ws}/sources/${source.id}`, { enabled: false });
    expect((await test(source)).body.code).toBe('source.not-found');
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    const elsewhere = await makeSource(tidings.api, body.id, { provider: 'open' });
    expect((await test(elsewhere)).body.code).toBe('source.not-found');
  });

  it('takes webhooks:manage, and is in the audit trail', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'open' });
    const member = await signUp(tidings.api, 'member-of-tests@example.com');
    await tidings.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member' });
    const path = `/v1/workspaces/${ws}/sources/${source.id}/test`;
    expect((await member.post(path, {})).status).toBe(403);
    const { body } = await test(source);
    const audit = await tidings.api.get<{ items: { action: string; target: string; after: unknown }[] }>(
      `/v1/workspaces/${ws}/audit?limit=5`,
    );
    expect(audit.body.items.filter(({ action }) => action === 'source.tested')).toEqual([
      expect.objectContaining({ target: source.id, after: { deliveryId: body.deliveryId, event: body.event } }),
    ]);
  });

  it('has no influence on lastSeenAt and on the use of the secret', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    await test(source);
    await tidings.app.get(NoteActivity).flush();
    const { body } = await tidings.api.get(`/v1/workspaces/${ws}/sources/${source.id}`);
    expect(body).toMatchObject({ lastSeenAt: null, lastRefusedAt: null, secretUses: [{ lastUsedAt: null }] });
  });

  it('does not make a silent source heard', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'open', expectEverySeconds: 60 });
    await processed((await test(source)).body.deliveryId);
    await tidings.app
      .get(Database)
      .query(
        `UPDATE source_watches SET since = since - interval '61 s', check_at = now() - interval '1 s' WHERE source_id = $1`,
        [source.id],
      );
    await tidings.app.get(WatchSilence).sweep();
    const events = (await webhookEvents(tidings.api, ws)) as unknown as {
      type: string;
      payload: { sourceId: string };
    }[];
    const own = events.filter(({ type, payload }) => type === 'source:silent' && payload.sourceId === source.id);
    expect(own).toHaveLength(1);
  });
});

describe('the filter `test` of deliveries', () => {
  it('finds only simulated ones, or only those of the sender', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'open' });
    const { deliveryId: real } = await post(source.url, 'a real one');
    const { deliveryId: simulated } = (await test(source)).body;
    const list = async (filter: string) => {
      const path = `/v1/workspaces/${ws}/deliveries?sourceId=${source.id}${filter}`;
      const { status, body } = await tidings.api.get<{ items: Schemas['Delivery'][] }>(path);
      return status === 200 ? body.items.map(({ id }) => id) : status;
    };
    expect(await list('&test=true')).toEqual([simulated]);
    expect(await list('&test=false')).toEqual([real]);
    expect(await list('')).toEqual([simulated, real]);
    expect(await list('&test=maybe')).toBe(400);
  });

  it('stays with a repeat that a replay makes', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'open' });
    await post(source.url, 'a real one');
    const { deliveryId } = (await test(source)).body;
    await processed(deliveryId);
    const filter = { sourceId: source.id, test: true };
    await tidings.api.post(`/v1/workspaces/${ws}/deliveries/replays`, { filter, asNew: true });
    const repeated = await eventually('the delivery is repeated', async () => {
      const path = `/v1/workspaces/${ws}/deliveries?sourceId=${source.id}`;
      const { body } = await tidings.api.get<{ items: Schemas['Delivery'][] }>(path);
      return body.items.find(({ repeats }) => repeats !== null);
    });
    expect(repeated).toMatchObject({ test: true, repeats: deliveryId });
  });
});

describe('GET /v1/providers', () => {
  it('shows every installed provider with its set-up, its options and its events, to any user', async () => {
    const user = await signUp(tidings.api, 'user-without-workspaces@example.com');
    const { status, body } = await user.get<Schemas['Providers']>('/v1/providers');
    expect(status).toBe(200);
    expect(body.items.map(({ name }) => name)).toEqual(senders.map(({ name }) => name));
    const github = body.items.find(({ name }) => name === 'github');
    expect(github).toMatchObject({ label: 'GitHub', secrets: 'required', options: null, handshakes: false });
    expect(github?.setup?.steps.join(' ')).toContain('{url}');
    expect(github?.eventTypes).toContain('pull_request.opened');
    expect(github).toMatchObject({ secretFrom: 'receiver', secretAfterUrl: false, proof: 'signature' });
    const factsOf = (name: string) => {
      const { secretFrom, secretAfterUrl, proof } = body.items.find((one) => one.name === name) ?? {};
      return [secretFrom, secretAfterUrl, proof];
    };
    expect(factsOf('stripe')).toEqual(['sender', true, 'signature']);
    expect(factsOf('discord')).toEqual(['sender', false, 'public-key']);
    expect(factsOf('paypal')).toEqual([null, false, 'signature']);
    const hmac = body.items.find(({ name }) => name === 'hmac');
    expect(hmac?.options).toMatchObject({ type: 'object', required: ['header'] });
    expect(body.items.find(({ name }) => name === 'slack')?.handshakes).toBe(true);
  });

  it('takes a sign-in', async () => {
    expect((await fetch(`${tidings.url}/v1/providers`)).status).toBe(401);
  });
});

describe('every sender', () => {
  it.each(senders)('$name says how it is configured', async ({ name, kind }) => {
    const { body } = await tidings.api.get<Schemas['Providers']>('/v1/providers');
    const { setup, documentation, label } = body.items.find((one) => one.name === name) ?? {};
    expect(label).not.toBe('');
    expect(documentation).toMatch(/^https:\/\//);
    expect(setup?.steps.some((step) => step.includes('{url}'))).toBe(true);
    for (const step of setup?.steps ?? []) expect(step).toMatch(/[.:]$/);
    expect(setup?.secret).toMatch(kind === 'none' ? /^None/ : /\.$/);
  });
});
