import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket, type Frame } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { makeSource, post, webhookEvents } from '../support/webhooks.js';

type Include = 'none' | 'body' | string[];

const JSON_TYPE = { 'content-type': 'application/json' };

let tidings: RunningTidings;
let admin: Api;
let viewer: Api;
let workspace: string;
let channel: string;
const urls = new Map<string, string>();

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  channel = `webhooks:${tidings.workspaceId}`;
  viewer = await signUp(admin, 'viewer@example.com');
  await admin.put(`${workspace}/members/${viewer.userId}`, { role: 'viewer' });
});
afterAll(() => tidings?.stop());

async function urlOf(include: Include): Promise<string> {
  const key = JSON.stringify(include);
  const known = urls.get(key) ?? (await makeSource(admin, tidings.workspaceId, { provider: 'open', include })).url;
  urls.set(key, known);
  return known;
}

/** Posts a body and @returns what the event says about it, to a reader with every permission. */
async function included(include: Include, body: string | Buffer, headers: Record<string, string> = {}) {
  const socket = await TestSocket.connect(tidings.url, admin.token);
  await socket.ask('subscribe', { channel });
  const { deliveryId } = await post(await urlOf(include), body, headers);
  const { payload } = await socket.waitFor((frame) => frame.payload['deliveryId'] === deliveryId);
  socket.cut();
  const fields = ['body', 'encoding', 'bodyTruncated'].filter((name) => name in payload);
  return Object.fromEntries(fields.map((name) => [name, payload[name]]));
}

describe('the event of a source', () => {
  it('carries no body by default', async () => {
    expect(await included('none', '{"a":1}', JSON_TYPE)).toEqual({});
  });

  it.each<[string, string | Buffer, unknown]>([
    ['JSON as a value', '{ "a": [1, "\\u0000", null], "b": "\\ud800" }', { a: [1, '\0', null], b: '\ud800' }],
    ['JSON that is not an object', 'null', null],
    ['text as it is', 'line 1\nline 2 "quoted" \u2028', 'line 1\nline 2 "quoted" \u2028'],
    ['a form that is labelled as text as text', 'a=1&b=%20', 'a=1&b=%20'],
    ['JSON Lines as a list', '{"a":1}\n{"b":2}\n', [{ a: 1 }, { b: 2 }]],
    ['XML as an object', '<a id="7"><b>1</b><b>2</b></a>', { a: { '@id': '7', b: ['1', '2'] } }],
    ['JSON with a misspelt end as text', '{"a":1', '{"a":1'],
  ])('carries %s', async (_name, body, expected) => {
    expect(await included('body', body)).toEqual({ body: expected });
  });

  it('carries a form as an object', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await included('body', 'a=1&b=%20&b=', type)).toEqual({ body: { a: '1', b: [' ', ''] } });
    expect(await included(['/b/0'], 'b=x&b=y', type)).toEqual({ body: { '/b/0': 'x' } });
  });

  it('carries the texts of multipart/form-data, and the names and sizes of its files', async () => {
    const form = new FormData();
    form.append('subject', 'Hello');
    form.append('attachment', new Blob(['%PDF']), 'a.pdf');
    const request = new Response(form);
    const type = { 'content-type': request.headers.get('content-type') ?? '' };
    expect(await included('body', Buffer.from(await request.arrayBuffer()), type)).toEqual({
      body: { subject: 'Hello', attachment: { filename: 'a.pdf', size: 4 } },
    });
  });

  it('carries a binary body as base64', async () => {
    const body = Buffer.from([0, 255, 254, 1]);
    expect(await included('body', body)).toEqual({ body: body.toString('base64'), encoding: 'base64' });
  });

  it('carries a body of up to 32 KiB of JSON, and says that a larger one is left out', async () => {
    const ofLength = (length: number) => JSON.stringify('x'.repeat(length - 2));
    expect(await included('body', ofLength(32 * 1024))).toEqual({ body: 'x'.repeat(32 * 1024 - 2) });
    expect(await included('body', ofLength(32 * 1024 + 1))).toEqual({ bodyTruncated: true });
    expect(await included('body', Buffer.alloc(25 * 1024, 255))).toEqual({ bodyTruncated: true });
    const spacious = `${' '.repeat(100_000)}{"a":1}`;
    expect(await included('body', spacious)).toEqual({ body: { a: 1 } });
  });

  it('leaves out a body that is not read as a whole', async () => {
    expect(await included('body', '['.repeat(100) + ']'.repeat(100))).toEqual({ bodyTruncated: true });
    expect(await included('body', '{"__proto__":{"a":1}}')).toEqual({ bodyTruncated: true });
  });

  it('carries the values of its pointers', async () => {
    const body = { user: { name: 'octocat', 'a/b': 1, 'm~n': 2 }, list: [{ id: 7 }], '': 'empty', none: null };
    const pointers = ['/user/name', '/user/a~1b', '/user/m~0n', '/list/0/id', '/', '/none'];
    expect(await included(pointers, JSON.stringify(body))).toEqual({
      body: {
        '/user/name': 'octocat',
        '/user/a~1b': 1,
        '/user/m~0n': 2,
        '/list/0/id': 7,
        '/': 'empty',
        '/none': null,
      },
    });
  });

  it.each(['/list/01', '/list/-', '/list/length', '/missing/deep', '/constructor', '/text/0'])(
    'carries nothing for the pointer %s, which finds no value',
    async (pointer) => {
      expect(await included([pointer], '{"list":[1],"text":"t"}')).toEqual({ body: {} });
    },
  );

  it('carries no value of a text or binary body by pointer', async () => {
    expect(await included(['/0'], 'text')).toEqual({ body: {} });
    expect(await included(['/0', ''], Buffer.from([255]))).toEqual({ body: {} });
  });

  it('carries small values of a large body', async () => {
    const body = JSON.stringify({ id: 7, rest: 'x'.repeat(200_000) });
    expect(await included(['/id'], body)).toEqual({ body: { '/id': 7 } });
    expect(await included(['/id', '/rest'], body)).toEqual({ bodyTruncated: true });
  });
});

describe('the option `include`', () => {
  it('is shown, changed and audited', async () => {
    const { id } = await makeSource(admin, tidings.workspaceId, { provider: 'open', include: ['/a'] });
    const path = `${workspace}/sources/${id}`;
    const { body } = await admin.patch<{ include: Include }>(path, { include: 'body' });
    expect(body.include).toBe('body');
    expect((await admin.patch<{ include: Include }>(path, { name: 'renamed' })).body.include).toBe('body');
    const audit = await admin.get<{ items: { action: string; before: object; after: object }[] }>(
      `${workspace}/audit?limit=50`,
    );
    const changes = audit.body.items.filter(({ action }) => action === 'source.changed');
    expect(changes.map(({ before, after }) => [before, after])).toContainEqual([
      expect.objectContaining({ include: ['/a'] }),
      expect.objectContaining({ include: 'body' }),
    ]);
  });

  it.each<[string, unknown]>([
    ['an unknown word', 'all'],
    ['no pointers', []],
    ['a pointer without its slash', ['a']],
    ['a pointer with a wrong escape', ['/a~2']],
    ['a pointer of more than 200 characters', [`/${'a'.repeat(200)}`]],
    ['more than 50 pointers', Array.from({ length: 51 }, (_, i) => `/${i}`)],
  ])('refuses %s', async (_name, include) => {
    const request = { name: 'refused', provider: 'open', include };
    const { status, body } = await admin.post<{ code: string }>(`${workspace}/sources`, request);
    expect([status, body.code]).toEqual([400, 'request.invalid']);
  });
});

describe('a body in the log', () => {
  it('reaches only readers with webhooks:bodies, over every way out', async () => {
    const sockets = await Promise.all([admin, viewer].map(({ token }) => TestSocket.connect(tidings.url, token)));
    for (const socket of sockets) await socket.ask('subscribe', { channel });
    const streams = await Promise.all(
      [admin, viewer].map(({ token }) => TestStream.follow(tidings.url, [channel], { token })),
    );
    const start = streams.map((stream) => stream.subscribed(channel));
    const { deliveryId } = await post(await urlOf('body'), '{"secret":1}', JSON_TYPE);
    const isIt = ({ payload }: Frame) => payload['deliveryId'] === deliveryId;
    const live = await Promise.all([...sockets, ...streams].map((client) => client.waitFor(isIt)));
    const resumed = await Promise.all(
      [admin, viewer].map(async ({ token }, i) => {
        const socket = await TestSocket.connect(tidings.url, token);
        socket.send('subscribe', { channel, position: start[i] });
        const frame = await socket.waitFor(isIt);
        socket.cut();
        return frame;
      }),
    );
    const logged = await Promise.all(
      [admin, viewer].map(async (api) =>
        (await webhookEvents(api, tidings.workspaceId)).find(({ payload }) => payload.deliveryId === deliveryId),
      ),
    );
    const [whole, open] = logged;
    expect(whole?.payload).toEqual({ ...open?.payload, body: { secret: 1 } });
    expect(open?.payload).not.toHaveProperty('body');
    expect(live).toEqual([whole, open, whole, open]);
    expect(resumed).toEqual([whole, open]);
    for (const client of [...sockets, ...streams]) client.cut();
  });
});
