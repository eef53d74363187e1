import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { SealOldSubscriptions } from '../../../src/features/notifications/push/seal-old-subscriptions.js';
import { SealedTargets } from '../../../src/features/notifications/push/sealed-targets.js';
import { Database } from '../../../src/platform/database/database.js';
import { SecretBox } from '../../../src/platform/secrets/secret-box.js';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { note } from '../../support/notices.js';
import { PushBrowser, PushEndpoint } from '../../support/push.js';

let tidings: RunningTidings;
let database: Database;
let service: PushEndpoint;

beforeAll(async () => {
  service = await PushEndpoint.start();
  tidings = await startTidings({
    OUTBOUND_TO_LOOPBACK: 'true',
    PUSH_DELAY_SECONDS: '0',
    PRESENCE_GRACE_SECONDS: '0',
    EXPO_PUSH_URL: `${service.url}/expo`,
  });
  database = tidings.app.get(Database);
});
afterAll(async () => {
  await tidings?.stop();
  await service?.stop();
});

async function member(): Promise<Api> {
  const user = await signUp(tidings.api, `${randomUUID()}@example.com`);
  await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'member' });
  return user;
}

async function subscribed(user: Api): Promise<PushBrowser> {
  const browser = new PushBrowser(service.url);
  expect((await user.post('/v1/push-subscriptions', browser.subscription)).status).toBe(201);
  return browser;
}

describe('push subscriptions', () => {
  it.each([
    'http://10.0.0.1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'ftp://127.0.0.1/',
    'nonsense',
  ])('are rejected for %s', async (endpoint) => {
    const { keys } = new PushBrowser(service.url).subscription;
    const answer = await tidings.api.post('/v1/push-subscriptions', { endpoint, keys });
    expect(answer).toMatchObject({ status: 400, body: { code: 'address.refused' } });
  });

  it('are rejected without valid keys of a browser', async () => {
    const { endpoint, keys } = new PushBrowser(service.url).subscription;
    for (const wrong of [{ ...keys, auth: 'short' }, { ...keys, p256dh: 'BAAA' }, { auth: keys.auth }]) {
      expect((await tidings.api.post('/v1/push-subscriptions', { endpoint, keys: wrong })).status).toBe(400);
    }
  });

  it('are unique for each browser, and belong to the user who signed in there last', async () => {
    const [first, second] = [await member(), await member()];
    const browser = await subscribed(first);
    const ids = async (user: Api) =>
      (await user.get<{ items: Array<{ id: string; host: string }> }>('/v1/push-subscriptions')).body.items;
    await first.post('/v1/push-subscriptions', browser.subscription);
    expect(await ids(first)).toEqual([expect.objectContaining({ host: new URL(service.url).host })]);
    await second.post('/v1/push-subscriptions', browser.subscription);
    expect(await ids(first)).toEqual([]);
    const [own] = await ids(second);
    expect((await first.delete(`/v1/push-subscriptions/${own?.id}`)).status).toBe(404);
    expect((await second.delete(`/v1/push-subscriptions/${own?.id}`)).status).toBe(204);
    expect(await ids(second)).toEqual([]);
  });

  it('are stored so that a reader of the database cannot push to them', async () => {
    const { endpoint, keys } = new PushBrowser(service.url).subscription;
    const expoToken = `ExponentPushToken[${randomUUID()}]`;
    const user = await member();
    for (const wanted of [{ endpoint, keys }, { expoToken }])
      expect((await user.post('/v1/push-subscriptions', wanted)).status).toBe(201);
    const rows = await database.query('SELECT * FROM push_subscriptions WHERE user_id = $1', [user.userId]);
    expect(rows).toHaveLength(2);
    const stored = JSON.stringify(rows);
    for (const secret of [new URL(endpoint).pathname, keys.p256dh, keys.auth, expoToken])
      expect(stored).not.toContain(secret);
  });

  it('of an older release are sealed at the next start, and still work', async () => {
    const user = await member();
    const browser = new PushBrowser(service.url);
    const { endpoint, keys } = browser.subscription;
    const [made] = await database.query<{ id: string }>(
      `INSERT INTO push_subscriptions (id, user_id, service, host, endpoint_hash, endpoint, p256dh, auth)
       VALUES (gen_random_uuid(), $1, 'web', 'localhost', sha256(convert_to($2::text, 'UTF8')), $2::text, $3, $4) RETURNING id`,
      [user.userId, endpoint, keys.p256dh, keys.auth],
    );
    await Promise.all(tidings.app.get(SealOldSubscriptions, { each: true }).map((pass) => pass.onModuleInit()));
    const [row] = await database.query('SELECT endpoint, p256dh, auth FROM push_subscriptions WHERE id = $1', [
      made?.id,
    ]);
    expect(row).toEqual({ endpoint: null, p256dh: null, auth: null });
    await note(tidings.app, tidings.workspaceId, { to: [user.userId], title: 'still there' });
    const [push] = await service.waitFor(browser.path);
    expect(push && browser.decrypt(push)['title']).toBe('still there');
    await user.post('/v1/push-subscriptions', browser.subscription);
    expect((await user.get<{ items: unknown[] }>('/v1/push-subscriptions')).body.items).toEqual([
      expect.objectContaining({ id: made?.id }),
    ]);
  });

  it('are sealed with a new SECRETS_KEY at the next start', async () => {
    const user = await member();
    const browser = await subscribed(user);
    const [secretsKey, previous] = [randomBytes(32), tidings.config.secretsKey];
    const next = await startTidings({
      DATABASE_URL: tidings.databaseUrl,
      ROLE: 'worker',
      SECRETS_KEY: secretsKey.toString('base64'),
      SECRETS_KEY_PREVIOUS: previous.toString('base64'),
    });
    try {
      const rows = await database.query<{ id: string; secrets: string[] }>(
        'SELECT id, secrets FROM push_subscriptions WHERE user_id = $1',
        [user.userId],
      );
      const newKeyAlone = { ...next.config, previousSecretsKeys: [] };
      const [target] = rows.map(({ id, secrets }) => new SealedTargets(new SecretBox(newKeyAlone)).open(secrets, id));
      expect(target).toEqual({ endpoint: browser.subscription.endpoint, ...browser.subscription.keys });
    } finally {
      await next.stop();
    }
  });

  it('are limited to the newest twenty for each user', async () => {
    const user = await member();
    const made: unknown[] = [];
    for (let i = 0; i < 22; i++) {
      const { body } = await user.post('/v1/push-subscriptions', new PushBrowser(service.url).subscription);
      made.push(body['id']);
    }
    const { body } = await user.get<{ items: Array<{ id: string }> }>('/v1/push-subscriptions');
    expect(body.items.map(({ id }) => id)).toEqual(made.slice(2));
  });
});
