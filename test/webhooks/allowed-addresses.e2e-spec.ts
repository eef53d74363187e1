import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { githubHeaders, makeSource, type TestSource } from '../support/webhooks.js';

const LIST = ['192.0.2.7', '198.51.100.0/24', '2001:db8:7::/48'];
const ALLOWED = '192.0.2.7';
const OTHER = '203.0.113.9';
const NOT_ALLOWED = [403, 'webhook.address-not-allowed'];

/** Behind a proxy: X-Forwarded-For is the address of a client. */
let tidings: RunningTidings;
let workspace: string;
let database: pg.Client;

beforeAll(async () => {
  tidings = await startTidings({ TRUST_PROXY: '127.0.0.1' });
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  database = new pg.Client(tidings.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await tidings.stop();
});

const githubWith = (allowedAddresses: string[], { api, workspaceId } = tidings): Promise<TestSource> =>
  makeSource(api, workspaceId, { provider: 'github', allowedAddresses });

const bodyOf = () => JSON.stringify({ ref: 'refs/heads/main', id: randomUUID() });

async function codeOf(response: Response): Promise<[number, string | undefined]> {
  const text = await response.text();
  const { code } = text.startsWith('{') ? (JSON.parse(text) as { code?: string }) : {};
  return [response.status, code];
}

async function sendFrom(address: string, { url, secret }: Omit<TestSource, 'id'>, compress = false) {
  const body = bodyOf();
  const headers = { ...githubHeaders({ body, secret }), 'x-forwarded-for': address };
  const response = compress
    ? await fetch(url, { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) })
    : await fetch(url, { method: 'POST', headers, body });
  return codeOf(response);
}

const greetFrom = async (address: string, url: string) =>
  codeOf(await fetch(url, { headers: { 'x-forwarded-for': address } }));

const deliveriesOf = async ({ id }: TestSource): Promise<Schemas['Delivery'][]> =>
  (await tidings.api.get<{ items: Schemas['Delivery'][] }>(`${workspace}/deliveries?sourceId=${id}`)).body.items;

const firstRefusedBy = ({ id }: TestSource): Promise<Schemas['RefusedRequest']> =>
  eventually('the refused request is listed', async () => {
    const path = `${workspace}/refused?sourceId=${id}&cause=address-not-allowed`;
    return (await tidings.api.get<{ items: Schemas['RefusedRequest'][] }>(path)).body.items[0];
  });

const change = async ({ id }: TestSource, request: object) => {
  const { status } = await tidings.api.patch(`${workspace}/sources/${id}`, request);
  expect(status).toBe(200);
};

/** As another node does whose hint has not arrived: the source in memory stays as it was. */
const changeElsewhere = ({ id }: TestSource, allowed: string[]) =>
  database.query('UPDATE sources SET allowed_addresses = $2, version = version + 1 WHERE id = $1', [id, allowed]);

async function refusedForAddress(): Promise<number> {
  const text = await (await fetch(`${tidings.url}/metrics`)).text();
  return Number(/^tidings_webhooks_refused_total\{cause="address-not-allowed"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

describe('a source with allowed addresses', () => {
  it.each([
    ['the address', ALLOWED],
    ['the first address of the network', '198.51.100.0'],
    ['the last address of the network', '198.51.100.255'],
    ['an address of the IPv6 network', '2001:db8:7:ffff::1'],
    ['an IPv4 address that is mapped to IPv6', '::ffff:192.0.2.7'],
    ['an IPv4 address that is mapped in hexadecimal digits', '::ffff:c633:6401'],
  ])('takes webhooks from %s in the list', async (_name, address) => {
    expect(await sendFrom(address, await githubWith(LIST))).toEqual([202, undefined]);
  });

  it.each([
    ['another address', '192.0.2.8'],
    ['the address before the network', '198.51.99.255'],
    ['the address after the network', '198.51.101.0'],
    ['another IPv6 network', '2001:db8:8::1'],
    ['a mapped address outside the list', '::ffff:192.0.2.8'],
    ['a text that is no address', 'unknown'],
  ])('refuses a signed webhook from %s, and stores nothing', async (_name, address) => {
    const source = await githubWith(LIST);
    expect(await sendFrom(address, source)).toEqual(NOT_ALLOWED);
    expect(await sendFrom(ALLOWED, source)).toEqual([202, undefined]);
    expect(await sendFrom(address, source)).toEqual(NOT_ALLOWED);
    expect(await deliveriesOf(source)).toHaveLength(1);
  });

  it('still refuses a wrong signature from an allowed address', async () => {
    const { url } = await githubWith(LIST);
    expect(await sendFrom(ALLOWED, { url, secret: 'another secret' })).toEqual([401, 'webhook.invalid-signature']);
  });

  it('refuses a compressed webhook before it is inflated', async () => {
    const source = await githubWith(LIST);
    expect(await sendFrom(ALLOWED, source, true)).toEqual([202, undefined]);
    expect(await sendFrom(OTHER, source, true)).toEqual(NOT_ALLOWED);
    expect(await firstRefusedBy(source)).toMatchObject({ bodyComplete: false });
    const malformed = { method: 'POST', headers: { 'content-encoding': 'gzip', 'x-forwarded-for': OTHER }, body: 'x' };
    expect(await codeOf(await fetch(source.url, malformed))).toEqual(NOT_ALLOWED);
    await changeElsewhere(source, [OTHER]);
    expect(await sendFrom(OTHER, source, true)).toEqual([202, undefined]);
  });

  it('refuses handshakes by GET, HEAD and POST from another address', async () => {
    const { api, workspaceId } = tidings;
    const options = { header: 'x-signature', handshake: { challenge: 'query:challenge' } };
    const request = { provider: 'hmac', options, allowedAddresses: [ALLOWED] };
    const source = await makeSource(api, workspaceId, request);
    const url = `${source.url}?challenge=1158`;
    for (const address of [OTHER, ALLOWED, OTHER]) {
      const headers = { 'x-forwarded-for': address };
      const isAllowed = address === ALLOWED;
      expect((await greetFrom(address, url))[0]).toBe(isAllowed ? 200 : 403);
      expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(isAllowed ? 200 : 403);
      expect((await fetch(url, { method: 'POST', headers })).status).toBe(isAllowed ? 200 : 403);
    }
    expect(await firstRefusedBy(source)).toMatchObject({ cause: 'address-not-allowed' });
    await changeElsewhere(source, [OTHER]);
    expect((await greetFrom(OTHER, url))[0]).toBe(200);
  });

  it('refuses a webhook by GET from another address', async () => {
    const request = { provider: 'twilio', allowedAddresses: [ALLOWED] };
    const source = await makeSource(tidings.api, tidings.workspaceId, request);
    const url = `${source.url}?From=%2B14155550100&Body=hi&SmsStatus=received`;
    const signature = createHmac('sha1', source.secret).update(url).digest('base64');
    const sendByGet = async (address: string) =>
      codeOf(await fetch(url, { headers: { 'x-twilio-signature': signature, 'x-forwarded-for': address } }));
    expect(await sendByGet(OTHER)).toEqual(NOT_ALLOWED);
    expect(await sendByGet(ALLOWED)).toEqual([200, undefined]);
  });

  it('is tested by a simulated delivery, which comes from the service itself', async () => {
    const { id } = await githubWith([ALLOWED]);
    expect((await tidings.api.post(`${workspace}/sources/${id}/test`, {})).status).toBe(202);
  });
});

describe('a change of the allowed addresses', () => {
  it('counts for the next webhook, in both directions', async () => {
    const source = await githubWith([]);
    expect(await sendFrom(OTHER, source)).toEqual([202, undefined]);
    await change(source, { allowedAddresses: [ALLOWED] });
    expect(await sendFrom(OTHER, source)).toEqual(NOT_ALLOWED);
    await change(source, { allowedAddresses: [ALLOWED, OTHER] });
    expect(await sendFrom(OTHER, source)).toEqual([202, undefined]);
    await change(source, { allowedAddresses: [ALLOWED] });
    expect(await sendFrom(OTHER, source)).toEqual(NOT_ALLOWED);
    await change(source, { allowedAddresses: [] });
    expect(await sendFrom(OTHER, source)).toEqual([202, undefined]);
  });

  it('on another node counts before its hint arrives', async () => {
    const source = await githubWith([ALLOWED]);
    expect(await sendFrom(ALLOWED, source)).toEqual([202, undefined]);
    await changeElsewhere(source, [OTHER]);
    expect(await sendFrom(OTHER, source)).toEqual([202, undefined]);
    await changeElsewhere(source, [ALLOWED]);
    expect(await sendFrom(OTHER, source)).toEqual(NOT_ALLOWED);
  });

  it('is shown and audited', async () => {
    const source = await githubWith(LIST);
    const shown = () => tidings.api.get<Schemas['Source']>(`${workspace}/sources/${source.id}`);
    expect((await shown()).body.allowedAddresses).toEqual(LIST);
    await change(source, { name: 'renamed' });
    expect((await shown()).body.allowedAddresses).toEqual(LIST);
    await change(source, { allowedAddresses: [] });
    expect((await shown()).body.allowedAddresses).toEqual([]);
    const { items } = (await tidings.api.get<{ items: { target: string }[] }>(`${workspace}/audit`)).body;
    const [cleared, , created] = items.filter(({ target }) => target === source.id);
    expect(created).toMatchObject({ after: { allowedAddresses: LIST } });
    expect(cleared).toMatchObject({ before: { allowedAddresses: LIST } });
    expect(cleared).not.toHaveProperty('after.allowedAddresses');
  });

  it.each([
    ['a host name', ['hooks.example.com']],
    ['a prefix that is too long', ['192.0.2.0/33']],
    ['an empty text', ['']],
    ['more than 100 entries', Array.from({ length: 101 }, (_, i) => `192.0.2.${i}`)],
  ])('refuses %s', async (_name, allowedAddresses) => {
    const { id } = await githubWith(LIST);
    const answer = await tidings.api.patch<{ code: string }>(`${workspace}/sources/${id}`, { allowedAddresses });
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid']);
  });
});

describe('a webhook from an address outside the list', () => {
  it('is recorded with its cause and its address, and counted', async () => {
    const before = await refusedForAddress();
    const source = await githubWith(LIST);
    await sendFrom(OTHER, source);
    const { id, cause, detail } = await firstRefusedBy(source);
    expect({ cause, tried: detail.secretsTried }).toEqual({ cause: 'address-not-allowed', tried: 0 });
    const { body } = await tidings.api.get<Schemas['RefusedRequestDetail']>(`${workspace}/refused/${id}`);
    expect(body.address).toBe(OTHER);
    expect(await refusedForAddress()).toBe(before + 1);
  });

  it.each([
    ['unchanged', LIST],
    ['changed', [OTHER]],
  ])('is accepted by a user, the list being %s', async (_name, list) => {
    const source = await githubWith(LIST);
    await sendFrom(OTHER, source);
    const { id } = await firstRefusedBy(source);
    await change(source, { allowedAddresses: list });
    expect((await tidings.api.post(`${workspace}/refused/${id}/accept`)).status).toBe(202);
    expect(await deliveriesOf(source)).toHaveLength(1);
  });

  it('is no delivery when it was a handshake by GET, even if nothing signs it', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, {
      provider: 'open',
      allowedAddresses: [ALLOWED],
    });
    expect(await greetFrom(OTHER, source.url)).toEqual(NOT_ALLOWED);
    const { id } = await firstRefusedBy(source);
    const answer = await tidings.api.post<{ code: string }>(`${workspace}/refused/${id}/accept`);
    expect([answer.status, answer.body.code]).toEqual([409, 'refusal.no-delivery']);
  });
});

describe('the address of a client without a proxy', () => {
  let direct: RunningTidings;
  beforeAll(async () => {
    direct = await startTidings();
  });
  afterAll(() => direct.stop());

  it('is that of its connection, whatever X-Forwarded-For says', async () => {
    const spoofed = await githubWith([ALLOWED], direct);
    expect(await sendFrom(ALLOWED, spoofed)).toEqual(NOT_ALLOWED);
    const loopback = await githubWith(['127.0.0.0/8'], direct);
    expect(await sendFrom(OTHER, loopback)).toEqual([202, undefined]);
  });
});
