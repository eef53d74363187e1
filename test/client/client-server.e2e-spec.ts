import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import {
  TidingsError,
  TidingsServer,
  verify,
  VerificationError,
  verifyEvent,
  type TidingsServerOptions,
  type VerifyOptions,
} from '../../backend/src/server.js';
import type { Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type ReceivedRequest, type Receiver } from '../support/receiver.js';
import { makeSource } from '../support/webhooks.js';

interface MyEvents {
  'order:paid': { order: number };
  'order:closed': null;
}

let tidings: RunningTidings;
let api: Api;
let apiKey: string;
let workspaceId: string;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  ({ api, workspaceId } = tidings);
  const scopes = ['topics:publish', 'topics:read', 'users:notify'];
  apiKey = (await api.post<{ key: string }>('/v1/api-keys', { name: 'backend', scopes })).body.key;
});
afterAll(() => tidings.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const serverWith = (options: Partial<TidingsServerOptions> = {}) =>
  new TidingsServer<MyEvents>({ url: `${tidings.url}/`, apiKey, workspaceId, ...options });

/** A `fetch` that calls `before` with the number of each call, which may answer in place of the service or fail. */
function fetching(
  before: (call: number) => Response | undefined | Promise<Response | undefined>,
  after?: (call: number) => void,
) {
  const calls: number[] = [];
  const scripted: typeof fetch = async (...args) => {
    calls.push(performance.now());
    const answer = (await before(calls.length)) ?? (await fetch(...args));
    after?.(calls.length);
    return answer;
  };
  return { fetch: scripted, calls };
}

async function logOf(channel: string) {
  const path = `/v1/workspaces/${workspaceId}/events?channel=${encodeURIComponent(channel)}`;
  return (await api.get<{ items: Array<{ type: string; payload: unknown }> }>(path)).body.items;
}

/** A topic of its own for each test. */
function someTopic(server: TidingsServer<MyEvents>): string {
  return server.topic(`tests/${randomUUID()}`);
}

describe('publish', () => {
  it('writes one event, or many together, and answers with their places', async () => {
    const server = serverWith();
    const channel = someTopic(server);
    const first = await server.publish({ channel, type: 'order:paid', payload: { order: 1 } });
    expect(first).toEqual({ id: expect.any(String), channel, offset: 1 });
    const more = await server.publish([
      { channel, type: 'order:paid', payload: { order: 2 } },
      { channel, type: 'order:closed', payload: null },
    ]);
    expect(more.map(({ offset }) => offset)).toEqual([2, 3]);
    expect((await logOf(channel)).map(({ payload }) => payload)).toEqual([{ order: 1 }, { order: 2 }, null]);
  });

  it('writes an event once though the connection is lost after it was written', async () => {
    const { fetch: lossy, calls } = fetching(
      () => undefined,
      (call) => {
        if (call <= 2) throw new TypeError('fetch failed');
      },
    );
    const server = serverWith({ fetch: lossy });
    const channel = someTopic(server);
    const place = await server.publish({ channel, type: 'order:paid', payload: { order: 1 } });
    expect([place.offset, calls.length, (await logOf(channel)).length]).toEqual([1, 3, 1]);
  });

  it.each([429, 503])('waits as long as Retry-After says after %i', async (status) => {
    const busy = Response.json({ code: 'busy' }, { status, headers: { 'retry-after': '1' } });
    const { fetch: slow, calls } = fetching((call) => (call === 1 ? busy : undefined));
    const server = serverWith({ fetch: slow });
    await server.publish({ channel: someTopic(server), type: 'order:closed', payload: null });
    expect(calls).toHaveLength(2);
    expect((calls[1] ?? 0) - (calls[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('fails at once when the service refuses the event, or asks for a longer wait than a minute', async () => {
    const { fetch: counting, calls } = fetching(() => undefined);
    const refused = serverWith({ fetch: counting });
    const publishing = refused.publish({ channel: 'topic:elsewhere/x', type: 'order:closed', payload: null });
    await expect(publishing).rejects.toMatchObject({ name: 'TidingsError', code: 'publish.unknown-channel' });
    expect(calls).toHaveLength(1);
    const patient = { status: 503, headers: { 'retry-after': '3600' } };
    const late = serverWith({ fetch: fetching(() => Response.json({ code: 'publish.overloaded' }, patient)).fetch });
    await expect(late.publish([])).rejects.toMatchObject({ code: 'publish.overloaded', temporary: true });
  });

  it('gives up after the last retry, and at once when it is aborted', async () => {
    const down = fetching(() => Promise.reject(new TypeError('fetch failed')));
    const server = serverWith({ fetch: down.fetch, retries: 1 });
    const event = { channel: someTopic(server), type: 'order:closed', payload: null } as const;
    await expect(server.publish(event)).rejects.toMatchObject({ code: 'connection.failed', temporary: true });
    expect(down.calls).toHaveLength(2);
    const reason = new Error('shutting down');
    await expect(server.publish(event, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('reports an answer that does not come in time', async () => {
    const hanging: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    const server = serverWith({ fetch: hanging, retries: 0, requestTimeoutMs: 50 });
    const publishing = server.publish({ channel: someTopic(server), type: 'order:closed', payload: null });
    await expect(publishing).rejects.toEqual(expect.any(TidingsError));
    await expect(publishing).rejects.toMatchObject({ code: 'answer.late' });
  });
});

it('the typed client of the HTTP API uses the key', async () => {
  const server = serverWith();
  const channel = someTopic(server);
  await server.publish({ channel, type: 'order:closed', payload: null });
  const { data } = await server.api.GET('/v1/workspaces/{ws}/topics', {
    params: { path: { ws: workspaceId }, query: { prefix: 'tests/' } },
  });
  expect(data?.items.map((topic) => topic.channel)).toContain(channel);
});

/** Makes an endpoint. @returns its secret and its id */
async function endpoint(fields: object): Promise<{ secret: string; id: string }> {
  const wanted = { name: 'verified', url: `${receiver.url}/in`, ...fields };
  const { status, body } = await api.post<{ secret: string; id: string }>(
    `/v1/workspaces/${workspaceId}/endpoints`,
    wanted,
  );
  expect(status).toBe(201);
  return body;
}

const firstRequest = (): Promise<ReceivedRequest> => eventually('a request', () => receiver.received[0]);

describe('verify', () => {
  it('accepts an outbound webhook with its event, also while the secret is replaced', async () => {
    const made = await endpoint({});
    const path = `/v1/workspaces/${workspaceId}/endpoints/${made.id}`;
    const { secret } = (await api.post<{ secret: string }>(`${path}/rotate-secret`)).body;
    const server = serverWith();
    const place = await server.publish({ channel: someTopic(server), type: 'order:paid', payload: { order: 5 } });
    const { headers, body } = await firstRequest();
    for (const one of [made.secret, secret, ['whsec_b3RoZXI=', secret]]) {
      const verified = await verifyEvent<MyEvents>({ headers, body, secret: one });
      expect(verified).toMatchObject({
        workspaceId,
        id: headers['webhook-id'],
        event: { ...place, type: 'order:paid', payload: { order: 5 } },
      });
      expect(Math.abs(Date.now() - verified.sentAt.getTime())).toBeLessThan(60_000);
    }
    await api.delete(path);
  });

  it('accepts a relay, also of a sender that signs by the same standard', async () => {
    const sender = `whsec_${Buffer.from('the secret of the sender').toString('base64')}`;
    const source = await makeSource(api, workspaceId, { provider: 'standard-webhooks', secrets: [sender] });
    const { secret, id } = await endpoint({ kind: 'relay', sourceIds: [source.id] });
    const body = Buffer.from('{"type": "invoice.paid",  "text": "\u00fc"}');
    const sent = signed({ secret: sender, id: 'msg_of-the-sender', body });
    const answer = await fetch(source.url, { method: 'POST', headers: sent, body });
    expect(answer.status).toBe(202);
    const request = await firstRequest();
    const bytes = new Uint8Array(Buffer.from(request.body));
    const ours = await verify({ headers: new Headers(request.headers as Record<string, string>), body: bytes, secret });
    expect(ours).toMatchObject({
      id: request.headers['tidings-webhook-id'],
      deliveryId: request.headers['tidings-delivery-id'],
    });
    await expect(verify({ headers: request.headers, body: bytes, secret: sender })).rejects.toThrow(VerificationError);
    await api.delete(`/v1/workspaces/${workspaceId}/endpoints/${id}`);
  });
});

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;

interface Signing {
  readonly secret?: string;
  readonly id?: string;
  readonly body?: string | Buffer;
  readonly at?: number;
}

/** The headers of a request that the holder of the secret has signed. */
function signed({ secret = SECRET, id = 'msg-1', body = '{}', at = Date.now() }: Signing): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

async function codeOf(options: Partial<VerifyOptions>): Promise<string> {
  const error: unknown = await verify({ headers: signed({}), body: '{}', secret: SECRET, ...options }).catch(
    (one: unknown) => one,
  );
  return error instanceof VerificationError ? error.code : 'accepted';
}

describe('a request', () => {
  it('is accepted with one signature among several, in headers of any case', async () => {
    const { 'webhook-signature': signature = '', ...rest } = signed({});
    const headers = { ...rest, 'WEBHOOK-Signature': [`v1a,ed25519 v1,AAAA v1,%%% ${signature}`] };
    expect(await codeOf({ headers })).toBe('accepted');
  });

  const minutes = 60_000;
  it.each<[string, () => Partial<VerifyOptions>]>([
    ['webhook.wrong-signature', () => ({ body: '{} ' })],
    ['webhook.wrong-signature', () => ({ headers: { ...signed({}), 'webhook-id': 'msg-2' } })],
    ['webhook.wrong-signature', () => ({ headers: { ...signed({}), 'webhook-signature': 'v1,' } })],
    ['webhook.wrong-signature', () => ({ secret: 'whsec_b3RoZXI=' })],
    ['webhook.wrong-signature', () => ({ secret: [] })],
    ['webhook.secret-invalid', () => ({ secret: 'whsec_%' })],
    ['webhook.secret-invalid', () => ({ secret: '' })],
    ['webhook.unsigned', () => ({ headers: {} })],
    ['webhook.unsigned', () => ({ headers: { ...signed({}), 'webhook-timestamp': undefined } })],
    ['webhook.malformed', () => ({ headers: { ...signed({}), 'webhook-timestamp': '1e9' } })],
    ['webhook.malformed', () => ({ headers: signed({ id: 'msg.1' }) })],
    ['webhook.too-old', () => ({ headers: signed({ at: Date.now() - 6 * minutes }) })],
    ['webhook.too-new', () => ({ headers: signed({ at: Date.now() + 6 * minutes }) })],
    ['accepted', () => ({ headers: signed({ at: Date.now() - 6 * minutes }), toleranceSeconds: 600 })],
  ])('is %s for %s', async (code, options) => {
    expect(await codeOf(options())).toBe(code);
  });

  it('whose body is not JSON has no event', async () => {
    const body = 'text';
    await expect(verifyEvent({ headers: signed({ body }), body, secret: SECRET })).rejects.toMatchObject({
      code: 'webhook.malformed',
    });
  });
});
