import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signUp, type Api, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { makeSource, post, type TestSource } from '../../support/webhooks.js';

const SEEING = { role: 'member', grant: ['webhooks:manage'] };
const BLIND = { ...SEEING, deny: ['webhooks:bodies'] };

let tidings: RunningTidings;
let admin: Api;
let workspace: string;
let source: TestSource;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  admin = tidings.api;
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  source = await makeSource(admin, tidings.workspaceId, { provider: 'open', include: 'body' });
});
afterAll(() => tidings?.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const give = async (maker: Api, rights: object) =>
  expect((await admin.put(`${workspace}/members/${maker.userId}`, rights)).status).toBe(200);

async function makerWith(rights: object): Promise<Api> {
  const maker = await signUp(admin, `${randomUUID()}@example.com`);
  await give(maker, rights);
  return maker;
}

async function endpointOf(maker: Api, path: string, fields: object = {}): Promise<string> {
  const wanted = { name: path, url: `${receiver.url}/${path}`, eventTypes: ['webhook:received'], ...fields };
  const { status, body } = await maker.post<Schemas['EndpointWithSecret']>(`${workspace}/endpoints`, wanted);
  expect(status).toBe(201);
  return body.id;
}

type Sent = { data: { payload: { deliveryId: string; body?: unknown } } };

const sentTo = (path: string): Sent['data']['payload'][] =>
  receiver.received
    .filter((request) => request.path === `/${path}`)
    .map(({ body }) => (JSON.parse(body) as Sent).data.payload);

describe('a message about a webhook', () => {
  it('has the body only if the maker of the endpoint may see bodies, at the dispatch and at each attempt', async () => {
    const [seeing, blind] = [await makerWith(SEEING), await makerWith(BLIND)];
    await endpointOf(seeing, 'seeing');
    await endpointOf(blind, 'blind');
    await post(source.url, '{"n":1}');
    await eventually('both have the event', () => sentTo('seeing').length === 1 && sentTo('blind').length === 1);
    expect(sentTo('seeing')[0]).toMatchObject({ body: { n: 1 } });
    expect(sentTo('blind')[0]).not.toHaveProperty('body');
    await give(seeing, BLIND);
    await post(source.url, '{"n":2}');
    await eventually('both have the next event', () => sentTo('seeing').length === 2);
    expect(sentTo('seeing')[1]).not.toHaveProperty('body');
  });

  it('is sent again without the body after its maker has lost the permission', async () => {
    const maker = await makerWith(SEEING);
    const id = await endpointOf(maker, 'again');
    await post(source.url, '{"n":3}');
    await eventually('the event is sent', () => sentTo('again').length === 1);
    const { body: list } = await admin.get<{ items: { id: string }[] }>(`${workspace}/endpoints/${id}/messages`);
    const message = `${workspace}/endpoints/${id}/messages/${list.items[0]?.id}`;
    expect((await maker.get<{ body: string }>(message)).body.body).toContain('"body":{"n":3}');
    await give(maker, BLIND);
    expect((await maker.get<{ body: string }>(message)).body.body).not.toContain('"body"');
    await maker.post(`${message}/replay`);
    await eventually('the event is sent again', () => sentTo('again').length === 2);
    expect(sentTo('again').map(({ body }) => body)).toEqual([{ n: 3 }, undefined]);
  });

  it('with the body is aborted in flight when its maker loses the permission', async () => {
    const maker = await makerWith(SEEING);
    await endpointOf(maker, 'flight');
    let answer: (status: number) => void = () => undefined;
    receiver.answer = () => new Promise((resolve) => (answer = resolve));
    await post(source.url, '{"n":4}');
    await eventually('the attempt is in flight', () => sentTo('flight').length === 1);
    receiver.answer = () => 204;
    await give(maker, BLIND);
    await eventually('the event is sent without the body', () => sentTo('flight').length === 2, 15_000);
    expect(sentTo('flight').map(({ body }) => body)).toEqual([{ n: 4 }, undefined]);
    answer(204);
  });

  it('matches a filter of bodies only if its maker may see them', async () => {
    const filter = { 'payload.body.n': 5 };
    await endpointOf(await makerWith(SEEING), 'filtered', { filter });
    await endpointOf(await makerWith(BLIND), 'blind-filter', { filter });
    await endpointOf(await makerWith(BLIND), 'all');
    await post(source.url, '{"n":5}');
    await eventually('the event is sent', () => sentTo('filtered').length === 1 && sentTo('all').length === 1);
    expect(sentTo('blind-filter')).toEqual([]);
  });
});
