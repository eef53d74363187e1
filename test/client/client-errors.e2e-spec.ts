import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TidingsClient, type Status, type TidingsError, type TidingsOptions } from '../../client/src/tidings.js';
import { isIn, makeClient, Notes } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';

let server: ScriptedServer | undefined;
let client: TidingsClient;
let reported: TidingsError[] = [];
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

async function start(options: Partial<TidingsOptions> = {}): Promise<ScriptedServer> {
  server = await ScriptedServer.start();
  client = makeClient(server.url, () => 'a-token', { onError: (error) => reported.push(error), ...options });
  return server;
}
afterEach(() => {
  client.close();
  server?.stop();
  server = undefined;
  reported = [];
});

const isReported = (code: string, text: string) =>
  eventually(`the report of ${code}`, () =>
    reported.find((error) => error.code === code && error.message.includes(text)),
  );

const boom = () => {
  throw new Error('boom');
};

describe('the url of a client', () => {
  it.each([
    'localhost:3000',
    '/tidings',
    'tidings.example.com',
    'ftp://example.com',
    '',
    'http://',
    'https://a.example/?b=c',
    'https://u:p@a.example',
  ])('stops it and is reported when it is %j', async (url) => {
    client = new TidingsClient({ url, getToken: () => 'a-token', onError: (error) => reported.push(error) });
    client.connect();
    expect(client.status).toMatchObject({ state: 'stopped', error: { code: 'options.invalid', temporary: false } });
    expect(client.status.error?.message).toContain(JSON.stringify(url));
    expect(reported).toEqual([client.status.error]);
    await expect(client.fetch('/v1/me')).rejects.toMatchObject({ code: 'options.invalid' });
    await expect(client.send('ping', {})).rejects.toMatchObject({ code: 'connection.closed' });
  });

  it.each([
    ['https://a.example/', 'https://a.example'],
    ['https://a.example/tidings//', 'https://a.example/tidings'],
    ['ws://a.example:3000', 'http://a.example:3000'],
  ])('may be %s', (url, base) => {
    client = new TidingsClient({ url, getToken: () => 'a-token' });
    expect(client.url).toBe(base);
  });

  it('is reported on the console without onError', () => {
    const spy = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    client = new TidingsClient({ url: 'localhost:3000', getToken: () => 'a-token' });
    client.connect();
    expect(spy).toHaveBeenCalledWith(expect.objectContaining({ code: 'options.invalid' }));
    spy.mockRestore();
  });
});

describe('getToken', () => {
  it('stops the client when it is missing', () => {
    const options = { url: 'http://127.0.0.1', onError: (error: TidingsError) => reported.push(error) };
    client = new TidingsClient(options as unknown as TidingsOptions);
    client.connect();
    expect(client.status).toMatchObject({ state: 'stopped', error: { code: 'options.invalid' } });
    expect(reported[0]?.message).toContain('getToken');
  });

  it.each<[string, string, () => unknown]>([
    ['throws', 'token.failed', boom],
    ['rejects', 'token.failed', () => Promise.reject(new Error('boom'))],
    ['gives something that is no text', 'token.failed', () => ({ token: 'x' })],
    ['gives a text that is no token', 'token.failed', () => 'two words'],
    ['never settles', 'callback.late', () => new Promise(() => undefined)],
  ])('is reported and tried again when it %s', async (_, code, fails) => {
    let tries = 0;
    const getToken = () => (++tries < 3 ? (fails() as string) : 'a-token');
    await start({ getToken, requestTimeoutMs: 100 });
    const seen: Status[] = [];
    client.onStatus((status) => seen.push(status));
    client.connect();
    await isIn(client, 'open');
    expect(reported.map((error) => error.code)).toEqual([code, code]);
    const waiting = seen.find(({ state }) => state === 'waiting');
    expect(waiting?.error).toBe(reported[0]);
    expect(client.status.error).toBeUndefined();
  });

  it('fails the call of the API that needs it', async () => {
    await start({ getToken: boom });
    await expect(client.fetch('/v1/me')).rejects.toMatchObject({ code: 'token.failed', cause: new Error('boom') });
  });

  it('is called with `fresh` before a token expires, and again if it returns the same one', async () => {
    const ends = (id: string) =>
      `e30.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 3.5, id })).toString('base64url')}.x`;
    const [old, next] = [ends('old'), ends('next')];
    const asked: boolean[] = [];
    const scripted = await start({ getToken: (fresh) => (asked.push(fresh) < 3 ? old : next) });
    client.connect();
    await eventually('the new token', () => scripted.askedFor('auth:refresh').length > 0);
    expect(scripted.askedFor('auth:refresh')).toEqual([{ token: next }]);
    expect(asked).toEqual([false, true, true]);
    expect(scripted.connections).toBe(1);
  });
});

describe('a callback', () => {
  const rejects = () => Promise.reject(new Error('boom'));

  it.each([
    ['onEvent', boom],
    ['onEvent', rejects],
    ['onLive', boom],
    ['onLive', rejects],
  ])('%s that fails is reported, and takes nothing from other followers', async (name, fails) => {
    const scripted = await start();
    const notes = new Notes();
    const position = { epoch: 'e', offset: 0 };
    client.subscribe('c:1', { onEvent: () => undefined, position, [name]: fails });
    client.subscribe('c:1', Object.assign(notes, { position }));
    client.connect();
    await notes.isLive();
    scripted.say('test:happened', {}, { channel: 'c:1', offset: 1, id: '1' });
    await notes.has(1);
    await isReported('callback.failed', `${name} of c:1 failed: boom`);
  });

  it.each([
    ['throws', boom],
    ['rejects', rejects],
    ['gives no position', () => ({ items: [] })],
    ['gives the position of another channel', () => ({ channel: 'c:2', epoch: 'e', offset: 1 })],
  ])('onReload that %s is reported, and called again', async (_, fails) => {
    await start();
    const notes = new Notes();
    let loads = 0;
    const onReload = () => (++loads === 1 ? (fails() as unknown as undefined) : undefined);
    client.subscribe('c:1', Object.assign(notes, { onReload }));
    client.connect();
    await notes.isLive();
    await isReported('callback.failed', 'onReload of c:1 failed');
    expect(loads).toBe(2);
  });

  it.each([
    ['throws', boom],
    ['rejects', rejects],
  ])('onRefused, a status watcher and a handler that %s are reported', async (_, fails) => {
    const scripted = await start();
    client.onStatus(fails);
    client.on('permissions:updated', fails);
    client.subscribe('c:1', { onEvent: () => undefined, onRefused: fails });
    client.connect();
    await eventually('the subscription', () => scripted.askedFor('subscribe').length > 0);
    scripted.say('subscription:revoked', { channel: 'c:1', reason: 'permission' });
    scripted.say('permissions:updated', { workspaces: [] });
    await isReported('callback.failed', 'onRefused of c:1');
    await isReported('callback.failed', 'onStatus');
    await isReported('callback.failed', 'The handler of permissions:updated');
    expect(client.status.state).toBe('open');
  });

  it('onError that fails is reported on the console', async () => {
    const spy = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await start({ onError: boom, getToken: boom });
    client.connect();
    await eventually('the console', () => spy.mock.calls.length > 0);
    spy.mockRestore();
  });
});

describe('a connection that cannot be opened', () => {
  it('is reported with its cause when the WebSocket rejects the URL', async () => {
    const WebSocket = class {
      constructor() {
        throw new Error('an insecure connection from a secure page');
      }
    } as unknown as NonNullable<TidingsOptions['WebSocket']>;
    await start({ WebSocket });
    client.connect();
    await isReported('connection.failed', 'insecure');
    await isIn(client, 'waiting');
    expect(client.status.error?.code).toBe('connection.failed');
  });
});

it('none of these errors becomes an unhandled rejection', () => {
  expect(unhandled).toEqual([]);
});
