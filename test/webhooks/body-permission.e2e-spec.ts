import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { makeSource, post, postGithub } from '../support/webhooks.js';

const BODY = '{"customer":{"card":"4242"},"ref":"refs/heads/main","sender":{"login":"octocat"}}';

let tidings: RunningTidings;
let admin: Api;
let workspace: string;
let delivery: string;
let refused: string;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  const github = await makeSource(admin, tidings.workspaceId, { provider: 'github' });
  delivery = (await postGithub(github, { body: BODY })).deliveryId;
  await eventually('the delivery is processed', async () => {
    const { body } = await admin.get<Schemas['DeliveryDetail']>(`${workspace}/deliveries/${delivery}`);
    return body.status === 'processed';
  });
  await post(github.url, BODY, { 'content-type': 'application/json', 'x-github-event': 'push' });
  refused = await eventually('the refused request is listed', async () => {
    const { body } = await admin.get<{ items: Schemas['RefusedRequest'][] }>(`${workspace}/refused`);
    return body.items[0]?.id;
  });
});
afterAll(() => tidings?.stop());

let members = 0;

async function memberWith(rights: { role: string; grant?: string[]; deny?: string[] }): Promise<Api> {
  const member = await signUp(admin, `member-${++members}@example.com`);
  expect((await admin.put(`${workspace}/members/${member.userId}`, rights)).status).toBe(200);
  return member;
}

/** A user whose API key has these scopes. */
async function keyWith(scopes: string[]): Promise<Api> {
  const { status, body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'a machine', scopes });
  expect(status).toBe(201);
  return Object.assign(new Api(tidings.url), { token: body.key });
}

const MANAGER = { role: 'member', grant: ['webhooks:manage'] };

describe('webhooks:bodies', () => {
  it.each<[string, boolean]>([
    ['member', true],
    ['viewer', false],
  ])('belongs to the role %s: %s', async (role, has) => {
    const member = await memberWith({ role });
    const { body } = await member.get<{ permissions: string[] }>(workspace);
    expect(body.permissions.includes('webhooks:bodies')).toBe(has);
  });
});

describe('a caller without webhooks:bodies', () => {
  const callers: [string, () => Promise<Api>][] = [
    ['a viewer', () => memberWith({ role: 'viewer' })],
    ['a manager whom it is denied', () => memberWith({ ...MANAGER, deny: ['webhooks:bodies'] })],
    ['an API key without the scope', () => keyWith(['webhooks:read', 'webhooks:manage'])],
  ];

  it.each(callers)('reads a delivery without its body: %s', async (_name, makeCaller) => {
    const caller = await makeCaller();
    const answer = await caller.get<Schemas['DeliveryDetail']>(`${workspace}/deliveries/${delivery}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: delivery, eventType: 'push', headers: { 'x-github-event': 'push' } });
    expect(answer.body).not.toHaveProperty('body');
    expect(answer.body).not.toHaveProperty('bodyEncoding');
    expect(JSON.stringify(answer.body)).not.toContain('4242');
  });

  it.each(callers)('cannot ask for values of bodies, but for titles and senders: %s', async (_name, makeCaller) => {
    const caller = await makeCaller();
    const answer = await caller.get<{ code: string; detail: string }>(
      `${workspace}/deliveries?body.customer.card=4242`,
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'permission.denied']);
    expect(answer.body.detail).toContain('webhooks:bodies');
    const found = await caller.get<{ items: { id: string }[] }>(`${workspace}/deliveries?q=octocat`);
    expect(found.body.items.map(({ id }) => id)).toEqual([delivery]);
    const none = await caller.get<{ items: object[] }>(`${workspace}/deliveries?q=4242`);
    expect(none.body.items).toEqual([]);
  });

  it('cannot replay deliveries by values of their bodies', async () => {
    const caller = await memberWith({ ...MANAGER, deny: ['webhooks:bodies'] });
    const byBody = { filter: { body: { 'customer.card': '4242' } } };
    const answer = await caller.post<{ code: string; detail: string }>(`${workspace}/deliveries/replays`, byBody);
    expect([answer.status, answer.body.code]).toEqual([403, 'permission.denied']);
    expect(answer.body.detail).toContain('webhooks:bodies');
    expect((await caller.post(`${workspace}/deliveries/replays`, { filter: { q: 'octocat' } })).status).toBe(202);
    const other = await memberWith(MANAGER);
    expect((await other.post(`${workspace}/deliveries/replays`, byBody)).status).toBe(202);
  });

  it('reads a refused request without its body', async () => {
    const caller = await memberWith({ ...MANAGER, deny: ['webhooks:bodies'] });
    const answer = await caller.get<Schemas['RefusedRequestDetail']>(`${workspace}/refused/${refused}`);
    expect(answer.body).toMatchObject({ id: refused, cause: 'no-signature', bodySize: BODY.length });
    expect(answer.body).not.toHaveProperty('body');
    expect(JSON.stringify(answer.body)).not.toContain('4242');
  });
});

describe('a caller with webhooks:bodies', () => {
  it.each<[string, () => Promise<Api>]>([
    ['a member', () => memberWith({ role: 'member' })],
    ['a viewer with a grant', () => memberWith({ role: 'viewer', grant: ['webhooks:bodies'] })],
    ['an API key with the scope', () => keyWith(['webhooks:read', 'webhooks:bodies'])],
  ])('reads bodies and asks for their values: %s', async (_name, makeCaller) => {
    const caller = await makeCaller();
    const detail = await caller.get<Schemas['DeliveryDetail']>(`${workspace}/deliveries/${delivery}`);
    expect(detail.body).toMatchObject({ body: BODY, bodyEncoding: 'utf8' });
    const found = await caller.get<{ items: { id: string }[] }>(`${workspace}/deliveries?body.customer.card=4242`);
    expect(found.body.items.map(({ id }) => id)).toEqual([delivery]);
  });

  it('reads the body of a refused request', async () => {
    const caller = await memberWith(MANAGER);
    const answer = await caller.get<Schemas['RefusedRequestDetail']>(`${workspace}/refused/${refused}`);
    expect(answer.body).toMatchObject({ body: BODY, bodyEncoding: 'utf8' });
  });
});
