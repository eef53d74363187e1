import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../config/config.js';
import { TidingsError } from '../../errors.js';
import { OutboundRequests, type OutboundRequest } from './outbound-requests.js';

const secrets = {
  NODE_ENV: 'test',
  JWT_SECRET: 'a secret of the tests, long enough',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};

let canary: Server;
let port: number;
let hits: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  canary = createServer((request, response) => {
    hits++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  ({ port } = canary.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));
beforeEach(() => {
  hits = 0;
  answer = (_request, response) => response.end('an internal secret');
});

function outbound(settings: Record<string, string> = {}, addresses?: readonly string[]): OutboundRequests {
  const requests = new OutboundRequests(loadConfig({ ...secrets, ...settings }));
  if (addresses !== undefined) {
    requests.resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  }
  return requests;
}

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => {
  return { method: 'POST', url, headers: {}, body: 'hello', timeoutMs: 2_000, ...more };
};

const toLoopback = { OUTBOUND_TO_LOOPBACK: 'true' };
const refused = expect.objectContaining({ code: 'address.refused' });

/** Spellings of addresses outside the public internet; `PORT` stands for the canary's port. */
const INSIDE = `
  127.0.0.1 127.1 127.0.1 127.255.255.254 0.0.0.0 0 0x7f.0.0.1 0x7f000001 0177.0.0.1 017700000001
  2130706433 127.0.0.1. 127。0。0。1 ①②⑦.⓪.⓪.① %31%32%37.0.0.1 127.0.0.0x1 10.0.0.1 10.255.255.255
  100.64.0.1 100.100.100.200 169.254.169.254 169.254.0.1 0xa9fea9fe 2852039166 0251.0376.0251.0376
  172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1
  203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16 [::] [::1] [0:0:0:0:0:0:0:1]
  [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::ffff:0:127.0.0.1] [::ffff:169.254.169.254]
  [64:ff9b::7f00:1] [64:ff9b:1::a9fe:a9fe] [2002:7f00:1::] [2001::1] [2001:db8::1] [3fff::1] [fc00::1]
  [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [100::1] [5f00::1] [4000::1] localhost localhost.
  LOCALHOST
`
  .trim()
  .split(/\s+/);

describe('OutboundRequests', () => {
  it.each(INSIDE)('rejects %s on check and on send', async (host) => {
    const url = `https://${host}:${port}/`;
    await expect(outbound().check(url)).rejects.toEqual(refused);
    await expect(outbound().send(request(url))).rejects.toEqual(refused);
    expect(hits).toBe(0);
  });

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'javascript:alert(1)',
    'example.com',
    '',
  ])('rejects the malformed URL %j', async (url) => {
    await expect(outbound({}, ['93.184.215.14']).check(url)).rejects.toEqual(refused);
  });

  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['169.254.169.254']],
    [['93.184.215.14', '10.0.0.1']],
    [['2606:2800:21f::1', 'fd00::1']],
    [[]],
  ])('rejects a name with the addresses %j', async (addresses) => {
    await expect(outbound({}, addresses).check('https://example.com/')).rejects.toEqual(refused);
    await expect(outbound({}, addresses).send(request('https://example.com/'))).rejects.toEqual(refused);
  });

  it.each([[['93.184.215.14']], [['2606:2800:21f::1']], [['1.1.1.1', '2606:4700::1111']]])(
    'allows a name with the addresses %j',
    async (addresses) => {
      await expect(outbound({}, addresses).check('https://example.com/')).resolves.toBeUndefined();
    },
  );

  it('distinguishes an unknown host from a failed lookup', async () => {
    const requests = outbound();
    const fails = (code: string) => {
      requests.resolve = () => Promise.reject(Object.assign(new Error(code), { code }));
    };
    fails('ENOTFOUND');
    await expect(requests.check('https://example.com/')).rejects.toEqual(refused);
    fails('EAI_AGAIN');
    const unresolved = expect.objectContaining({ code: 'address.unresolved', kind: 'unavailable' });
    await expect(requests.check('https://example.com/')).rejects.toEqual(unresolved);
    await expect(requests.send(request('https://example.com/'))).rejects.toEqual(unresolved);
  });

  it('connects to the checked addresses without a second lookup', async () => {
    const requests = outbound(toLoopback);
    const asked: string[] = [];
    requests.resolve = async (hostname) => {
      asked.push(hostname);
      return [{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    expect(await requests.send(request(`http://rebinding.example:${port}/`))).toMatchObject({ status: 200 });
    expect(asked).toEqual(['rebinding.example']);
  });

  it('rejects a name that resolves to an internal address after the check', async () => {
    const requests = outbound();
    let address = '93.184.215.14';
    requests.resolve = async () => [{ address, family: 4 }];
    await requests.check(`https://rebinding.example:${port}/`);
    address = '127.0.0.1';
    await expect(requests.send(request(`https://rebinding.example:${port}/`))).rejects.toEqual(refused);
    expect(hits).toBe(0);
  });

  it('does not follow a redirect and returns no body', async () => {
    answer = ({ url }, response) => {
      if (url === '/inside') return response.end('inside');
      return response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end('x');
    };
    const answered = await outbound(toLoopback).send(request(`http://127.0.0.1:${port}/`));
    expect(answered).toMatchObject({ status: 302, retryAfterMs: undefined, body: '' });
    expect(hits).toBe(1);
  });

  it('fails on timeout and on abort', async () => {
    answer = () => undefined;
    const hanging = request(`http://127.0.0.1:${port}/`, { timeoutMs: 100 });
    await expect(outbound(toLoopback).send(hanging)).rejects.toThrow();
    const controller = new AbortController();
    const ended = outbound(toLoopback).send({ ...hanging, timeoutMs: 5_000, signal: controller.signal });
    controller.abort();
    await expect(ended).rejects.toThrow();
    canary.closeAllConnections();
  });

  it('sends nothing when mayStillSend returns false after the connection is established', async () => {
    const sent = outbound(toLoopback).send(request(`http://127.0.0.1:${port}/`, { mayStillSend: () => false }));
    await expect(sent).rejects.toThrow('no longer allowed');
    expect(hits).toBe(0);
  });

  it('reaches what the operator opened, also by http, and nothing beside it', async () => {
    const toNetwork = outbound({ OUTBOUND_ALLOW: '127.0.0.0/30, CRM.internal' });
    expect(await toNetwork.send(request(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 200 });
    for (const url of ['http://127.0.0.9/', 'https://127.0.0.9/', 'https://10.0.0.1/', 'http://8.8.8.8/'])
      await expect(toNetwork.check(url)).rejects.toEqual(refused);
    toNetwork.resolve = async () => [{ address: '127.0.0.77', family: 4 }];
    await expect(toNetwork.check('http://crm.internal/')).resolves.toBeUndefined();
    await expect(toNetwork.check('http://crm.internal.evil.example/')).rejects.toEqual(refused);
    await expect(toNetwork.check('https://evil.example/')).rejects.toEqual(refused);
  });

  it('allows loopback in tests, but no other internal address', async () => {
    await expect(outbound(toLoopback).check('http://127.0.0.1/')).resolves.toBeUndefined();
    await expect(outbound(toLoopback).check('http://10.0.0.1/')).rejects.toBeInstanceOf(TidingsError);
    await expect(outbound(toLoopback).check('http://[::ffff:127.0.0.1]/')).rejects.toBeInstanceOf(TidingsError);
  });
});
