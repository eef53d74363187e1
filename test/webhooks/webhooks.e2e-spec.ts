import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { loadFixtures, signedRequest } from '../../src/webhooks/providers/fixtures.js';
import { loadProviders } from '../../src/webhooks/providers/load-providers.js';
import { type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { serveSenderSites, type SenderSites } from '../support/sender-sites.js';
import { eventually } from '../support/eventually.js';
import {
  deliveryOf,
  githubHeaders,
  makeSource,
  post,
  postGithub,
  webhookEvents,
  type TestSource,
} from '../support/webhooks.js';

let tidings: RunningTidings;
let sites: SenderSites;
let api: Api;
let ws: string;
let github: TestSource;

beforeAll(async () => {
  sites = await serveSenderSites();
  tidings = await startTidings(sites.settings);
  ({ api, workspaceId: ws } = tidings);
  github = await makeSource(api, ws, { provider: 'github' });
});
afterAll(async () => {
  await tidings.stop();
  await sites.close();
});

const names = [...(await loadProviders()).keys()];

const settled = (id: string) =>
  eventually(`delivery ${id} is processed or failed`, async () => {
    const delivery = await deliveryOf(api, ws, id);
    return delivery.status !== 'received' && delivery;
  });
const eventsOf = async (deliveryId: string) =>
  (await webhookEvents(api, ws)).filter(({ payload }) => payload.deliveryId === deliveryId);
const pushBody = () => JSON.stringify({ ref: 'refs/heads/main', after: randomUUID(), sender: { login: 'octocat' } });

describe('a webhook', () => {
  it('is answered 202 with its id, stored byte for byte, and becomes one record and one event', async () => {
    const body = `{"zen":  "kept as\\u0000 it came", "big": 9007199254740993}`;
    const accepted = await postGithub(github, { body, event: 'ping' });
    expect(accepted).toMatchObject({ status: 202, duplicate: false });
    const delivery = await settled(accepted.deliveryId);
    expect(delivery).toMatchObject({ status: 'processed', eventType: 'ping', attempts: 1, error: null, body });
    expect(await eventsOf(accepted.deliveryId)).toEqual([
      expect.objectContaining({ type: 'webhook:received', id: delivery.eventId }),
    ]);
  });

  it('that is sent twice is a duplicate with the same id, and makes no second event', async () => {
    const again = { body: pushBody(), deliveryId: randomUUID() };
    const first = await postGithub(github, again);
    const second = await postGithub(github, again);
    expect(second).toMatchObject({ status: 202, duplicate: true, deliveryId: first.deliveryId });
    await settled(first.deliveryId);
    expect(await eventsOf(first.deliveryId)).toHaveLength(1);
  });

  it('that is sent a hundred times concurrently is stored once, and every response is 202', async () => {
    const storm = { body: pushBody(), deliveryId: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 100 }, () => postGithub(github, storm)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  });

  it('with a forged, missing or stolen signature gets 401 and is not stored', async () => {
    const body = pushBody();
    const deliveryId = randomUUID();
    const genuine = githubHeaders({ body, deliveryId, secret: github.secret });
    const other = githubHeaders({ body, deliveryId, secret: 'another secret' });
    const { 'x-hub-signature-256': _signature, ...unsigned } = genuine;
    for (const [sent, headers] of [
      [body, other],
      [body, unsigned],
      [`${body} `, genuine],
    ] as const) {
      expect(await post(github.url, sent, headers)).toMatchObject({ status: 401, code: 'webhook.invalid-signature' });
    }
    // The rejected requests have not used up the id of the genuine one.
    expect(await post(github.url, body, genuine)).toMatchObject({ status: 202, duplicate: false });
  });

  it('to an unknown source gets 404', async () => {
    for (const key of ['x', 'a'.repeat(32), 'a'.repeat(190)]) {
      expect((await post(`${tidings.url}/webhooks/${key}`, '{}')).status).toBe(404);
    }
  });

  it('that is too large gets 413', async () => {
    const large = 'x'.repeat(tidings.config.webhookBodyBytes + 1);
    expect((await post(tidings.openSourceUrl, large)).status).toBe(413);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/octet-stream', 'x/y; z'])(
    'is accepted with the media type %s',
    async (type) => {
      const body = `hello ${randomUUID()}`;
      const accepted = await post(tidings.openSourceUrl, body, { 'content-type': type });
      expect(accepted.status).toBe(202);
      expect(await settled(accepted.deliveryId)).toMatchObject({ body, title: body });
    },
  );

  it('without a body is accepted', async () => {
    const response = await fetch(tidings.openSourceUrl, { method: 'POST' });
    expect(response.status).toBe(202);
  });

  it('with an unreadable body is stored as failed and does not delay others', async () => {
    const bad = await postGithub(github, { body: '{"not": json' });
    const good = await postGithub(github, { body: pushBody() });
    expect(bad.status).toBe(202);
    expect(await settled(bad.deliveryId)).toMatchObject({ status: 'failed', attempts: 1, body: '{"not": json' });
    expect(await settled(good.deliveryId)).toMatchObject({ status: 'processed' });
    expect((await eventsOf(bad.deliveryId)).map(({ type }) => type)).toEqual(['webhook:failed']);
  });

  it.each([
    ['depth 5,000', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['a lone surrogate', '{"sender":{"login":"\\ud800"}}'],
    ['NUL in a name', '{"sender":{"login":"a\\u0000b"},"repository":{"full_name":"\\u0000"}}'],
    ['1e400', '{"number":1e400}'],
    ['__proto__', '{"__proto__":{"polluted":true}}'],
    ['invalid UTF-8', '\u00ff'],
  ])('with %s ends as processed or failed, never in a loop', async (_name, body) => {
    const accepted = await postGithub(github, { body, event: 'issues' });
    expect(accepted.status).toBe(202);
    const delivery = await settled(accepted.deliveryId);
    expect(['processed', 'failed']).toContain(delivery.status);
    expect(delivery.body).toBe(body);
  });

  it.each(['1234567890', 'a:b', 'id with blank', 'ünïcode'])('can have the id %j', async (deliveryId) => {
    const sent = { body: pushBody(), deliveryId: encodeURI(deliveryId) };
    const first = await postGithub(github, sent);
    expect(await postGithub(github, sent)).toMatchObject({ duplicate: true, deliveryId: first.deliveryId });
  });
});

describe('every provider', () => {
  it.each(names)(
    'accepts signatures with the secret of the source and rejects those with another secret: %s',
    async (name) => {
      const fixtures = await loadFixtures(name);
      const [secret = '', otherSecret] = fixtures.secrets;
      const { options = {} } = fixtures;
      const source = await makeSource(api, ws, { provider: name, options, secrets: fixtures.secrets.slice(0, 1) });
      for (const example of fixtures.examples) {
        const context = { secret, now: new Date(), url: source.url, options };
        const { url, body, headers } = signedRequest(fixtures, example, context);
        const accepted = await fetch(url, { method: 'POST', headers, body });
        // senders.e2e-spec.ts tests the exact status.
        expect([example.name, accepted.ok]).toEqual([example.name, true]);
        const { eventType, title } = example.expected;
        const deliveryId = accepted.headers.get('tidings-delivery-id') ?? '';
        expect(await settled(deliveryId)).toMatchObject({ status: 'processed', eventType, title });
        if (otherSecret === undefined) continue;
        const forged = signedRequest(fixtures, example, { ...context, secret: otherSecret });
        const refused = await post(forged.url, forged.body, forged.headers);
        expect([example.name, refused.status]).toEqual([example.name, 401]);
      }
    },
  );

  it('answers the handshake of Slack with its challenge and stores nothing', async () => {
    const source = await makeSource(api, ws, { provider: 'slack' });
    const fixtures = await loadFixtures('slack');
    const body = Buffer.from(JSON.stringify({ type: 'url_verification', challenge: 'prove it', token: 't' }));
    const context = { secret: source.secret, now: new Date(), url: source.url, options: {} };
    const headers = { 'content-type': 'application/json' };
    const signed = { ...headers, ...fixtures.sign(body, headers, context) };
    const answer = await fetch(source.url, { method: 'POST', headers: signed, body });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('prove it')]);
    const stored = await api.get<{ items: unknown[] }>(`/v1/workspaces/${ws}/deliveries?sourceId=${source.id}`);
    expect(stored.body.items).toEqual([]);
  });
});
