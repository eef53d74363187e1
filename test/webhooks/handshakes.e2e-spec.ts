import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource } from '../support/webhooks.js';

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings.stop());

const source = (options: object, provider = 'hmac') =>
  makeSource(tidings.api, tidings.workspaceId, { provider, options: { header: 'x-signature', ...options } });

const countOfDeliveries = async (sourceId: string): Promise<number> => {
  const path = `/v1/workspaces/${tidings.workspaceId}/deliveries?sourceId=${sourceId}`;
  return (await tidings.api.get<{ items: unknown[] }>(path)).body.items.length;
};

const signature = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex');

describe('a handshake', () => {
  it('by GET is answered with the challenge as text, and nothing is stored', async () => {
    const { id, url } = await source({ handshake: { challenge: 'query:hub.challenge' } });
    const response = await fetch(`${url}?hub.mode=subscribe&hub.challenge=%3Cb%3E1158%3C%2Fb%3E`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('tidings-delivery-id')).toBeNull();
    expect(await response.text()).toBe('<b>1158</b>');
    expect(await countOfDeliveries(id)).toBe(0);
  });

  it('by HEAD is answered without a body', async () => {
    const { url } = await source({ handshake: {} });
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('by an unsigned POST is answered in a header or as JSON, and nothing is stored', async () => {
    const header = await source({ handshake: { challenge: 'header:x-hook-secret', answer: 'header' } });
    const echoed = await fetch(header.url, { method: 'POST', headers: { 'x-hook-secret': 'b537207f' } });
    expect([echoed.status, echoed.headers.get('x-hook-secret')]).toEqual([200, 'b537207f']);
    const json = await source({ handshake: { challenge: 'body:challenge', answer: 'json' } });
    const answered = await fetch(json.url, { method: 'POST', body: '{"challenge":"3eZbrw1a"}' });
    expect([answered.status, await answered.json()]).toEqual([200, { challenge: '3eZbrw1a' }]);
    expect(await Promise.all([header.id, json.id].map(countOfDeliveries))).toEqual([0, 0]);
  });

  it('that a source does not expect is refused, as is one to a disabled or unknown source', async () => {
    const { id, url } = await source({});
    const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
    const asked = await fetch(`${url}?challenge=1`);
    expect([asked.status, await codeOf(asked)]).toEqual([404, 'webhook.unknown-handshake']);
    const posted = await fetch(url, { method: 'POST', body: '{"challenge":"1"}' });
    expect([posted.status, await codeOf(posted)]).toEqual([401, 'webhook.invalid-signature']);
    await tidings.api.patch(`/v1/workspaces/${tidings.workspaceId}/sources/${id}`, {
      enabled: false,
      options: { header: 'x-signature', handshake: {} },
    });
    const disabled = await fetch(url);
    expect([disabled.status, await codeOf(disabled)]).toEqual([404, 'source.not-found']);
    const unknown = await fetch(url.replace(/[^/]+$/, 'x'.repeat(32)));
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'source.not-found']);
  });
});

describe('the answer of a source', () => {
  it.each([
    [{ status: 204 }, 204, '', null],
    [{ status: 201, body: 'taken' }, 201, 'taken', 'text/plain; charset=utf-8'],
    [{ contentType: 'application/json', body: '{"ok":true}' }, 200, '{"ok":true}', 'application/json; charset=utf-8'],
  ])('can be %j', async (answer, status, text, contentType) => {
    const { url, secret } = await source({ answer });
    const headers = { 'x-signature': signature(secret, text) };
    const response = await fetch(url, { method: 'POST', headers, body: text });
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('content-type')).toBe(contentType);
    const { title } = await eventually('the delivery is stored', () =>
      deliveryOf(tidings.api, tidings.workspaceId, response.headers.get('tidings-delivery-id') ?? ''),
    );
    expect(title === null || typeof title === 'string').toBe(true);
  });

  it('that is no answer of a webhook is refused when the source is made', async () => {
    const request = { name: 'x', provider: 'open', options: { answer: { status: 302 } } };
    const { status, body } = await tidings.api.post(`/v1/workspaces/${tidings.workspaceId}/sources`, request);
    expect([status, body['code']]).toEqual([400, 'source.invalid-options']);
  });
});

describe('a token that a sender sends as it is', () => {
  it('opens the source and appears neither in a delivery nor in a refused request', async () => {
    const { id, url, secret } = await source({ header: 'x-opener', scheme: 'token' });
    const send = (token: string) => fetch(url, { method: 'POST', headers: { 'x-opener': token }, body: 'door' });
    const accepted = await send(secret);
    expect(accepted.status).toBe(202);
    const { deliveryId } = (await accepted.json()) as { deliveryId: string };
    const delivery = await deliveryOf(tidings.api, tidings.workspaceId, deliveryId);
    expect(JSON.stringify(delivery)).not.toContain(secret);
    const wrong = `${secret} with a typing error`;
    expect((await send(wrong)).status).toBe(401);
    const path = `/v1/workspaces/${tidings.workspaceId}/refused`;
    const refused = await eventually('the request is recorded', async () => {
      const { body } = await tidings.api.get<{ items: Array<{ id: string; sourceId: string }> }>(path);
      return body.items.find((item) => item.sourceId === id);
    });
    const shown = await tidings.api.get(`${path}/${refused.id}`);
    expect(shown.status).toBe(200);
    expect(JSON.stringify([refused, shown.body])).not.toContain(wrong);
  });
});
