import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { send } from '../support/senders.js';
import { deliveryOf, githubHeaders, makeSource, post, type TestSource } from '../support/webhooks.js';

const MIB = 1_048_576;
let tidings: RunningTidings;
let github: TestSource;

beforeAll(async () => {
  tidings = await startTidings({ WEBHOOK_BODY_BYTES: String(MIB) });
  github = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
});
afterAll(() => tidings.stop());

const bodyWith = (text: string) => JSON.stringify({ ref: 'refs/heads/main', text, id: randomUUID() });

const refusedBy = async ({ id }: TestSource): Promise<Schemas['RefusedRequest'][]> =>
  (
    await tidings.api.get<{ items: Schemas['RefusedRequest'][] }>(
      `/v1/workspaces/${tidings.workspaceId}/refused?sourceId=${id}`,
    )
  ).body.items;

/** A gzip stream of so many zero bytes. */
async function bombOf(bytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const pieces: Buffer[] = [];
  gzip.on('data', (piece: Buffer) => pieces.push(piece));
  const zeros = Buffer.alloc(MIB);
  for (let written = 0; written < bytes; written += MIB) {
    if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  await new Promise<void>((resolve) => gzip.end(resolve));
  return Buffer.concat(pieces);
}

describe('a compressed webhook', () => {
  it.each<[string, (body: string) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
  ])('in %s is stored inflated, without the header', async (encoding, compress) => {
    const body = bodyWith(encoding);
    const headers = { ...githubHeaders({ body, secret: github.secret }), 'content-encoding': encoding };
    const { status, deliveryId } = await post(github.url, compress(body), headers);
    expect(status).toBe(202);
    const delivery = await deliveryOf(tidings.api, tidings.workspaceId, deliveryId);
    expect(delivery.body).toBe(body);
    expect(delivery.headers).not.toHaveProperty('content-encoding');
    expect(delivery.headers).not.toHaveProperty('content-length');
  });

  it('may be signed over the compressed bytes', async () => {
    const body = bodyWith('signed compressed');
    const sent = gzipSync(body);
    const signature = createHmac('sha256', github.secret).update(sent).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-event': 'push' };
    const { status, deliveryId } = await post(github.url, sent, { ...headers, 'content-encoding': 'gzip' });
    expect(status).toBe(202);
    expect((await deliveryOf(tidings.api, tidings.workspaceId, deliveryId)).body).toBe(body);
  });

  it.each([
    ['the inflated bytes', (body: string) => Buffer.from(body)],
    ['the compressed bytes', (body: string) => gzipSync(body)],
  ])('that was changed after %s were signed gets 401', async (_name, signedPart) => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const signature = createHmac('sha256', source.secret)
      .update(signedPart(bodyWith('genuine')))
      .digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-encoding': 'gzip' };
    expect((await send(source.url, gzipSync(bodyWith('forged')), headers)).status).toBe(401);
  });

  it('that was refused is accepted once the source has the secret that signed its compressed bytes', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const body = bodyWith('early');
    const sent = gzipSync(body);
    const secret = `the right secret ${randomUUID()}`;
    const signature = createHmac('sha256', secret).update(sent).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-encoding': 'gzip' };
    expect((await send(source.url, sent, headers)).status).toBe(401);
    const [refused] = await eventually('it is listed', async () => {
      const items = await refusedBy(source);
      return items.length > 0 && items;
    });
    const ws = `/v1/workspaces/${tidings.workspaceId}`;
    await tidings.api.patch(`${ws}/sources/${source.id}`, { secrets: [secret] });
    const accepted = await tidings.api.post<{ deliveryId: string }>(`${ws}/refused/${refused?.id}/accept`);
    expect(accepted.status).toBe(202);
    expect((await deliveryOf(tidings.api, tidings.workspaceId, accepted.body.deliveryId)).body).toBe(body);
  });

  it('is a repeat of the same webhook without compression', async () => {
    const body = `hello ${randomUUID()}`;
    const first = await post(tidings.openSourceUrl, body);
    const second = await post(tidings.openSourceUrl, gzipSync(body), { 'content-encoding': 'gzip' });
    expect(second).toMatchObject({ status: 202, duplicate: true, deliveryId: first.deliveryId });
  });

  it('of a byte below the limit is stored, and of a byte above it gets 413', async () => {
    const atLimit = await post(tidings.openSourceUrl, gzipSync('x'.repeat(MIB)), { 'content-encoding': 'gzip' });
    expect(atLimit.status).toBe(202);
    const above = await post(tidings.openSourceUrl, gzipSync('x'.repeat(MIB + 1)), { 'content-encoding': 'gzip' });
    expect(above).toMatchObject({ status: 413, code: 'request.too-large' });
  });

  it('of 1 MB that inflates to 1 GB gets 413 in bounded memory, twenty at a time', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const bomb = await bombOf(1024 * MIB);
    expect(bomb.length).toBeLessThanOrEqual(MIB);
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(source.url, bomb, { 'content-encoding': 'gzip' })),
    );
    clearInterval(watch);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]));
    expect(peak - before).toBeLessThan(200 * MIB);
    const [refused] = await eventually('it is listed', async () => {
      const items = await refusedBy(source);
      return items.length > 0 && items;
    });
    expect(refused).toMatchObject({ cause: 'too-large', bodySize: null, bodyComplete: false });
  });

  it.each<[string, string, Buffer]>([
    ['plain text', 'gzip', Buffer.from('{}')],
    ['gzip that is cut', 'gzip', gzipSync('{"a":1}').subarray(0, -5)],
    ['gzip with a wrong checksum', 'gzip', Buffer.concat([gzipSync('{"a":1}').subarray(0, -8), Buffer.alloc(8)])],
    ['zlib that is sent as gzip', 'gzip', deflateSync('{"a":1}')],
    ['gzip that is sent as zlib', 'deflate', gzipSync('{"a":1}')],
    ['deflate without the form of zlib', 'deflate', deflateRawSync('{"a":1}')],
    ['a preset dictionary', 'deflate', deflateSync('{"a":1}', { dictionary: Buffer.from('{"a":1}') })],
  ])('that cannot be inflated gets 400 and is listed: %s', async (_name, encoding, sent) => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    const answer = await post(source.url, sent, { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 400, code: 'webhook.invalid-encoding' });
    const [refused] = await eventually('it is listed', async () => {
      const items = await refusedBy(source);
      return items.length > 0 && items;
    });
    expect(refused).toMatchObject({ cause: 'unsupported', bodyComplete: false });
    const stored = await tidings.api.get<{ items: unknown[] }>(
      `/v1/workspaces/${tidings.workspaceId}/deliveries?sourceId=${source.id}`,
    );
    expect(stored.body.items).toEqual([]);
  });

  it.each(['br', 'zstd', 'gzip, gzip', 'compress'])('in %s gets 415 and is listed', async (encoding) => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    const answer = await send(source.url, brotliCompressSync('{}'), { 'content-encoding': encoding });
    expect(answer.status).toBe(415);
    const [refused] = await eventually('it is listed', async () => {
      const items = await refusedBy(source);
      return items.length > 0 && items;
    });
    expect(refused?.cause).toBe('unsupported');
  });

  it('to an unknown source gets 404, whatever its body', async () => {
    const url = `${tidings.url}/webhooks/${'x'.repeat(32)}`;
    expect((await send(url, '{}', { 'content-encoding': 'gzip' })).status).toBe(404);
  });

  it('without a body is stored without one', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-length': '0', 'idempotency-key': randomUUID() };
    const status = await new Promise((resolve, reject) => {
      const call = httpRequest(tidings.openSourceUrl, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.once('error', reject).end();
    });
    expect(status).toBe(202);
  });
});

describe('a compressed body', () => {
  it('of another route gets 415', async () => {
    const response = await fetch(`${tidings.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync('{}'),
    });
    expect(response.status).toBe(415);
  });
});
