import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { loadFixtures, signedRequest } from '../../src/webhooks/providers/fixtures.js';
import { Api, signUp } from '../support/api.js';
import { BrowserSession } from '../support/browser-session.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PlantedSecrets } from '../support/planted-secrets.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket, type Via } from '../support/socket.js';

const secrets = new PlantedSecrets();
/** Answers by request, without those whose purpose is to return a secret. */
const answers: { what: string; text: string }[] = [];
const printed: string[] = [];
const DATABASE_USER = `canary_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
let server: ServerProcess;
let admin: Api;
let ws: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const address = new URL(database.url);
  const password = secrets.plant('the password of the database');
  await asSuperuser(`create role ${DATABASE_USER} superuser login password '${password}'`);
  Object.assign(address, { username: DATABASE_USER, password });
  server = await ServerProcess.make({
    DATABASE_URL: address.href,
    LOG_LEVEL: 'trace',
    ADMIN_PASSWORD: secrets.plant('the password of the administrator'),
    JWT_SECRET: secrets.plant('JWT_SECRET'),
    SECRETS_KEY: secrets.keep('SECRETS_KEY', randomBytes(32).toString('base64')),
    METRICS_TOKEN: secrets.plant('METRICS_TOKEN'),
    SMTP_URL: `smtp://mailer:${secrets.plant('the password of the mail server')}@127.0.0.1:1`,
    SMTP_FROM: 'tidings@example.com',
    GITHUB_API_URL: 'http://127.0.0.1:9',
  });
  await server.start();
}, 60_000);
afterAll(async () => {
  await server?.dispose();
  await database?.drop();
  await asSuperuser(`drop role if exists ${DATABASE_USER}`);
});

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TIDINGS_TEST_PG_URL'] });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Sends a request and records its answer. */
async function send(what: string, path: string, init: RequestInit & { token?: string } = {}): Promise<number> {
  const { token, headers, ...rest } = init;
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const all = { ...authorization, ...(headers as Record<string, string> | undefined) };
  const response = await fetch(new URL(path, server.url), { ...rest, headers: all });
  answers.push({ what, text: `${JSON.stringify([...response.headers])} ${await response.text()}` });
  return response.status;
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

describe('a run with a secret in every place', () => {
  it('logs in, successfully and not', async () => {
    const password = server.setting('ADMIN_PASSWORD');
    ({ api: admin, workspaceId: ws } = await signInAsAdministrator(server.url, password));
    secrets.keep('the token of the administrator', admin.token);
    const wrong = secrets.plant('a wrong password');
    const email = 'admin@example.com';
    const logIn = '/v1/auth/login';
    expect(await send('a wrong password', logIn, json({ email, password: wrong }))).toBe(401);
    expect(await send('an unknown user', logIn, json({ email: 'x@example.com', password: wrong }))).toBe(401);
    expect(await send('broken JSON', logIn, json(`{"password":"${wrong}", nonsense`))).toBe(400);
    expect(await send('an unknown field', logIn, json({ email, password: wrong, [wrong]: wrong }))).toBe(400);
    expect(await send('a form', logIn, { method: 'POST', body: new URLSearchParams({ password: wrong }) })).toBe(415);
    expect(await send('a secret in the path', `/v1/nothing/${wrong}?token=${wrong}`, { token: wrong })).toBe(404);
    expect(await send('a forged token', '/v1/me', { token: `${admin.token.slice(0, -2)}AA` })).toBe(401);
    expect(await send('who I am', '/v1/me', { token: admin.token })).toBe(200);
    secrets.keep('a password of a new user', 'password of early@example.com');
    expect((await signUp(admin, 'early@example.com')).userId).not.toBe('');
  });

  it('refreshes a session, reuses a cookie, changes a password and logs out', async () => {
    const password = secrets.plant('the password of a user');
    const email = 'ada@example.com';
    expect(await send('a new user', '/v1/users', { ...json({ email, name: 'Ada', password }), ...as(admin) })).toBe(
      201,
    );
    const browser = new BrowserSession(server.url);
    const keepSecrets = (): void => {
      secrets.keep(`a refresh cookie`, browser.cookie?.split('=')[1] ?? '');
      secrets.keep(`a refreshed token`, browser.api.token);
    };
    await browser.logIn(email, password);
    keepSecrets();
    const stale = browser.stolen();
    expect((await browser.refresh()).status).toBe(200);
    keepSecrets();
    const next = { current: secrets.plant('a wrong current password'), new: secrets.plant('a new password') };
    expect(
      await send('a wrong current password', '/v1/me/password', { ...json(next), ...as(browser.api) }),
    ).toBeGreaterThan(399);
    const right = { ...next, current: password };
    expect(await send('a change of password', '/v1/me/password', { ...json(right), ...as(browser.api) })).toBeLessThan(
      300,
    );
    const again = { cookie: stale.cookie ?? '', 'user-agent': 'a thief' };
    expect(await send('a cookie that was used', '/v1/auth/refresh', { method: 'POST', headers: again })).toBe(401);
    const two = { cookie: `${stale.cookie}; ${browser.cookie ?? stale.cookie}` };
    expect(await send('two cookies', '/v1/auth/refresh', { method: 'POST', headers: two })).toBe(401);
    await send('a logout', '/v1/auth/logout', { method: 'POST', headers: { cookie: browser.cookie ?? '' } });
  });

  it('creates an API key, uses it, revokes it and uses it again', async () => {
    const made = await admin.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'a machine',
      scopes: ['webhooks:read'],
    });
    expect(made.status).toBe(201);
    const token = secrets.keep('an API key', made.body.key);
    expect(await send('a call with a key', `/v1/workspaces/${ws}/deliveries`, { token })).toBe(200);
    expect(await send('a key without the right', `/v1/workspaces/${ws}/audit`, { token })).toBe(403);
    expect(await send('the list of keys', '/v1/api-keys', as(admin))).toBe(200);
    expect(await send('a revocation', `/v1/api-keys/${made.body.id}`, { method: 'DELETE', ...as(admin) })).toBe(204);
    expect(await send('a revoked key', '/v1/me', { token })).toBe(401);
  });

  it.each([
    ['github', () => secrets.plant('the secret of github')],
    ['gitlab', () => secrets.plant('the plain token of gitlab')],
    ['gitlab', () => `whsec_${secrets.keep('the signing token of gitlab', randomBytes(24).toString('base64'))}`],
    ['stripe', () => `whsec_${secrets.plant('the secret of stripe')}`],
    ['standard-webhooks', () => `whsec_${secrets.keep('the standard secret', randomBytes(24).toString('base64'))}`],
  ])('accepts and refuses webhooks of %s', async (provider, secretOf) => {
    const secret = secretOf();
    const source = await makeSourceUnrecorded({ name: `from ${provider}`, provider, secrets: [secret] });
    const fixtures = await loadFixtures(provider);
    const [example] = fixtures.examples;
    if (example === undefined) throw new Error(`${provider} has no example.`);
    const context = { now: new Date(), url: source.url, options: {} };
    const sendSigned = (
      what: string,
      signedBy: string,
      more: { body?: Buffer; query?: string } = {},
    ): Promise<number> => {
      const { headers, body } = signedRequest(fixtures, example, { ...context, secret: signedBy });
      return send(what, source.url + (more.query ?? ''), { method: 'POST', headers, body: more.body ?? body });
    };
    expect(await sendSigned(`a webhook of ${provider}`, secret, { query: `?token=${secret}` })).toBe(202);
    const wrong = `${secret.startsWith('whsec_') ? 'whsec_' : ''}${secrets.plant(`a wrong secret of ${provider}`)}`;
    expect(await sendSigned(`a forged webhook of ${provider}`, wrong)).toBe(401);
    const { body } = await admin.get<{ items: { id: string }[] }>(
      `/v1/workspaces/${ws}/deliveries?sourceId=${source.id}`,
    );
    const [delivery] = body.items;
    expect(await send('a delivery', `/v1/workspaces/${ws}/deliveries/${delivery?.id}`, as(admin))).toBe(200);
    const path = `/v1/workspaces/${ws}/sources`;
    const newSecret = secrets.plant(`a new secret of ${provider}`);
    const replaced = await admin.patch(`${path}/${source.id}`, { secrets: [newSecret, secret] });
    expect([200, 400]).toContain(replaced.status);
    answers.push({ what: 'a change of secrets', text: JSON.stringify(replaced.body).replaceAll(source.key, '') });
    const hook = { token: secrets.plant('a token of GitHub'), owner: 'octo', hookId: 1 };
    const reconcile = `${path}/${source.id}/reconcile`;
    const isGithub = provider === 'github';
    expect(await send('a reconciliation', reconcile, { ...json(hook), ...as(admin) })).toBe(isGithub ? 503 : 409);
    const malformed = { ...hook, hookId: hook.token };
    expect(await send('a malformed reconciliation', reconcile, { ...json(malformed), ...as(admin) })).toBe(400);
    const tooMany = { name: 'x', provider, secrets: [secret, newSecret, secret] };
    expect(await send('too many secrets', path, { ...json(tooMany), ...as(admin) })).toBe(400);
    expect(
      await send('a secret as an option', path, {
        ...json({ ...tooMany, secrets: [secret], [secret]: 1 }),
        ...as(admin),
      }),
    ).toBe(400);
  });

  async function makeSourceUnrecorded(request: { name: string; provider: string; secrets: string[] }) {
    const { data, error } = await admin.client.POST('/v1/workspaces/{ws}/sources', {
      params: { path: { ws } },
      body: request,
    });
    if (data === undefined) throw new Error(`The source was not created: ${JSON.stringify(error)}`);
    secrets.keep(`the key of a source of ${request.provider}`, data.key);
    return data;
  }

  it('accepts and refuses sockets with all four kinds of credentials', async () => {
    for (const via of ['subprotocol', 'header', 'ticket', 'query'] as Via[]) {
      const credential = via === 'ticket' ? await ticket() : admin.token;
      const socket = await TestSocket.connect(server.url, credential, { via });
      const other = secrets.plant(`a token in a frame, ${via}`);
      await socket.ask('auth:refresh', { token: other });
      await socket.ask('auth:refresh', { token: { password: other } });
      await socket.ask(other, { token: other });
      await socket.ask('subscribe', { channel: `webhooks:${ws}` });
      socket.sendRaw(`{"token":"${other}", broken`);
      await socket.waitFor(({ payload }) => payload['code'] === 'frame.malformed');
      socket.cut();
      const forged = via === 'ticket' ? credential : `${admin.token.slice(0, -2)}AA`;
      const refused = await TestSocket.open(server.url, { token: forged, via });
      expect((await refused.waitForClose()).code).toBe(4001);
      const frames = [...socket.frames, ...refused.frames].map((frame) => JSON.stringify(frame));
      answers.push({ what: `a socket by ${via}`, text: frames.join('\n') });
    }
  });

  async function ticket(): Promise<string> {
    const { body } = await admin.post<{ ticket: string }>('/v1/realtime/tickets');
    return secrets.keep('a ticket', body.ticket);
  }

  it('serves metrics and the OpenAPI document and receives a malformed request', async () => {
    expect(await send('metrics', '/metrics', { token: server.setting('METRICS_TOKEN') })).toBe(200);
    expect(await send('metrics without the token', '/metrics', { token: secrets.plant('a wrong token') })).toBe(403);
    expect(await send('the description', '/openapi.json')).toBe(200);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const nonsense = secrets.plant('a secret in a broken request');
    socket.end(`GET /v1/me?token=${nonsense} HTTP/1.1\r\nAuthorization Bearer ${nonsense}\r\n\r\n`);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    await once(socket, 'close');
    answers.push({ what: 'a broken request', text });
  });

  it('exports its audit trails', async () => {
    for (const path of ['/v1/audit', `/v1/workspaces/${ws}/audit`])
      for (const format of ['csv', 'jsonl'])
        expect(await send(`${path} as ${format}`, `${path}/export?format=${format}`, as(admin))).toBe(200);
  });

  it('exits on SIGTERM, and a server without access to its database exits too', async () => {
    expect((await server.terminate()).code).toBe(0);
    printed.push(server.printed);
    const address = new URL(database.url);
    Object.assign(address, { username: DATABASE_USER, password: secrets.plant('a wrong password of the database') });
    const failing = await ServerProcess.make({ DATABASE_URL: address.href, LOG_LEVEL: 'trace' });
    await expect(failing.start()).rejects.toThrow();
    printed.push(failing.printed);
    await failing.dispose();
  }, 40_000);
});

const as = ({ token }: Api): { token: string } => ({ token });

describe('the secrets of the run', () => {
  it('are found in any readable encoding', () => {
    const one = secrets.plant('one');
    const texts = [one, `?x=${encodeURIComponent(one)}`, Buffer.from(one).toString('hex')];
    const encoded = ['', 'a', 'ab'].map((before) => Buffer.from(`${before}${one} and on`).toString('base64url'));
    for (const text of [...texts, ...encoded]) expect(secrets.foundIn(text)).toEqual(['one']);
  });

  it('are in no line of the log', () => {
    const [log = '', failed = ''] = printed;
    const routes = ['/v1/auth/login', '/webhooks/:sourceKey', '/v1/realtime/tickets', '/metrics'];
    for (const route of routes) expect(log).toContain(`"route":"${route}"`);
    expect(failed).toContain(DATABASE_USER);
    expect(log.split('\n').filter((line) => secrets.foundIn(line).length > 0)).toEqual([]);
    expect(secrets.foundIn(failed)).toEqual([]);
    expect(secrets.count).toBeGreaterThan(30);
  });

  it('are in no answer: neither in errors, metrics, the OpenAPI document, deliveries nor exports', () => {
    expect(answers.length).toBeGreaterThan(50);
    const leaks = answers.map(({ what, text }) => ({ what, found: secrets.foundIn(text) }));
    expect(leaks.filter(({ found }) => found.length > 0)).toEqual([]);
  });
});
