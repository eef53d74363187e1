import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { deliveryOf, post } from '../support/webhooks.js';

let database: TestDatabase;
let api: RunningTidings;
let gateways: RunningTidings[];
let worker: RunningTidings | undefined;
let settings: Record<string, string>;
let channel: string;

beforeAll(async () => {
  database = await createTestDatabase();
  settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '4',
    JWT_SECRET: randomUUID() + randomUUID(),
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `roles-${randomUUID()}`,
  };
  api = await startTidings({ ...settings, ROLE: 'api' });
  gateways = [
    await startTidings({ ...settings, ROLE: 'gateway' }),
    await startTidings({ ...settings, ROLE: 'gateway' }),
  ];
  channel = `webhooks:${api.workspaceId}`;
});
afterAll(async () => {
  for (const each of [worker, ...gateways, api]) await each?.stop();
  await database.drop();
});

describe('an api, a worker and two gateways on one database', () => {
  it('deliver a webhook from the api to the sockets of both gateways', async () => {
    const sockets = await Promise.all(gateways.map(({ url }) => TestSocket.connect(url, api.api.token)));
    for (const socket of sockets) await socket.ask('subscribe', { channel });
    const early = await post(api.openSourceUrl, 'before there is a worker');
    expect(early.status).toBe(202);
    expect(await deliveryOf(api.api, api.workspaceId, early.deliveryId)).toMatchObject({ status: 'received' });
    worker = await startTidings({ ...settings, ROLE: 'worker' });
    const late = await post(api.openSourceUrl, 'with a worker');
    for (const socket of sockets) {
      await eventually('both events have arrived', () => socket.events(channel).length === 2);
      const arrived = socket.events(channel).map(({ payload }) => payload['deliveryId']);
      expect(arrived.toSorted()).toEqual([early.deliveryId, late.deliveryId].toSorted());
      expect(socket.offsets(channel)).toEqual([1, 2]);
      socket.cut();
    }
  });

  it('do only the work of their own role', async () => {
    const answers = await Promise.all([
      post(`${gateways[0]?.url}${new URL(api.openSourceUrl).pathname}`, 'to a gateway'),
      TestSocket.open(api.url, { token: api.api.token, via: 'header' }).catch((error: Error) => error.message),
    ]);
    expect(answers[0].status).toBe(404);
    expect(answers[1]).toMatch(/^HTTP 404$|hang up/);
  });

  it('resume on the other gateway when the first one stops', async () => {
    const [first, second] = gateways;
    if (first === undefined || second === undefined) throw new Error('There are not two gateways.');
    const before = await TestSocket.connect(first.url, api.api.token);
    const { payload } = await before.ask('subscribe', { channel });
    before.cut();
    const { deliveryId } = await post(api.openSourceUrl, 'while disconnected');
    const after = await TestSocket.connect(second.url, api.api.token);
    const position = { epoch: payload['epoch'], offset: payload['offset'] };
    expect((await after.ask('subscribe', { channel, position })).payload).toMatchObject({ recovered: true });
    await after.waitFor((frame) => frame.payload['deliveryId'] === deliveryId, 'what was missed');
    after.cut();
  });
});
