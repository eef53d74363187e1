import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { loadConfig, type Config } from '../../platform/config/config.js';
import { OutboundRequests } from '../../platform/http/outbound/outbound-requests.js';
import type { Publications } from './provider.js';
import { ReadPublications } from './read-publications.js';

const ADDRESS = 'https://keys.example.com/certs/current.pem';
const HOUR = 3_600_000;
const UNAVAILABLE = { definition: { code: 'signature.key-unavailable', kind: 'unavailable' } };

let mirror: Server;
let mirrorUrl: string;
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let passedMs: number;

beforeAll(async () => {
  mirror = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  mirrorUrl = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/mirror`;
});
afterAll(() => new Promise((resolve) => mirror.close(resolve)));
beforeEach(() => {
  asked = [];
  passedMs = 0;
  answer = (_request, response) => response.end(`copy ${asked.length}`);
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passedMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

function publications(settings: Record<string, string> = { SENDER_MIRROR_URL: mirrorUrl }): Publications {
  return readerWith(configOf(settings)).for('workspace 1');
}

function configOf(settings: Record<string, string> = { SENDER_MIRROR_URL: mirrorUrl }): Config {
  return loadConfig({
    NODE_ENV: 'test',
    JWT_SECRET: 'a secret of the tests, long enough',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    OUTBOUND_TO_LOOPBACK: 'true',
    ...settings,
  });
}

const readerWith = (config: Config): ReadPublications => new ReadPublications(new OutboundRequests(config), config);

const refuse = (status: number) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status).end('an error');
};

describe('a publication', () => {
  it('is read from the mirror, under its host and path', async () => {
    expect(await publications({ SENDER_MIRROR_URL: `${mirrorUrl}/` }).read(ADDRESS)).toBe('copy 1');
    expect(asked).toEqual(['/mirror/keys.example.com/certs/current.pem']);
  });

  it('is never read over plain HTTP from the site itself', async () => {
    await expect(publications({}).read(mirrorUrl.replace('127.0.0.1', '10.0.0.1'))).rejects.toMatchObject(UNAVAILABLE);
    expect(asked).toEqual([]);
  });

  it('is read once in an hour', async () => {
    const { read } = publications();
    expect(await read(ADDRESS)).toBe('copy 1');
    passedMs = HOUR - 1000;
    expect(await read(ADDRESS)).toBe('copy 1');
    passedMs = HOUR;
    expect(await read(ADDRESS)).toBe('copy 2');
  });

  it('is read by one request for concurrent callers', async () => {
    const { read, readAgain } = publications();
    const texts = await Promise.all([read(ADDRESS), read(ADDRESS), readAgain(ADDRESS), read(`${ADDRESS}?other`)]);
    expect(texts.slice(0, 3)).toEqual(['copy 1', 'copy 1', 'copy 1']);
    expect(asked).toHaveLength(2);
  });

  it('is read again for a missing key at most once in 30 seconds', async () => {
    const { read, readAgain } = publications();
    await read(ADDRESS);
    passedMs = 29_000;
    expect(await readAgain(ADDRESS)).toBe('copy 1');
    passedMs = 31_000;
    expect(await readAgain(ADDRESS)).toBe('copy 2');
    expect(await readAgain(ADDRESS)).toBe('copy 2');
    expect(asked).toHaveLength(2);
  });

  it.each([404, 500, 204, 301])(
    'is unavailable after the status %i, and is asked for again after 30 seconds',
    async (status) => {
      const { read } = publications();
      answer = refuse(status);
      await expect(read(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
      passedMs = 29_000;
      await expect(read(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
      expect(asked).toHaveLength(1);
      passedMs = 31_000;
      answer = (_request, response) => response.end('back');
      expect(await read(ADDRESS)).toBe('back');
    },
  );

  it('stays in use while its site fails', async () => {
    const { read } = publications();
    await read(ADDRESS);
    passedMs = HOUR + 1;
    answer = refuse(503);
    expect(await read(ADDRESS)).toBe('copy 1');
    expect(await read(ADDRESS)).toBe('copy 1');
    expect(asked).toHaveLength(2);
    passedMs += 31_000;
    answer = (_request, response) => response.end('back');
    expect(await read(ADDRESS)).toBe('back');
  });

  it('is not said to lack a key while its site fails', async () => {
    const { read, readAgain } = publications();
    await read(ADDRESS);
    passedMs = 31_000;
    answer = refuse(503);
    await expect(readAgain(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
    await expect(readAgain(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
    expect(await read(ADDRESS)).toBe('copy 1');
    expect(asked).toHaveLength(2);
  });

  it('stays in use whatever number of made-up addresses is asked for', async () => {
    const { read } = publications();
    await read(ADDRESS);
    answer = refuse(404);
    for (let i = 0; i < 600; i++) {
      passedMs += 100;
      await expect(read(`${ADDRESS}?${i}`)).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(await read(ADDRESS)).toBe('copy 1');
    expect(asked.filter((url) => url.endsWith('.pem'))).toHaveLength(1);
  });

  it('is read from at most ten new addresses in a second, and known ones are read again beyond that', async () => {
    const { read } = publications();
    await read(ADDRESS);
    passedMs = HOUR + 1;
    const texts = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => read(`${ADDRESS}?${i}`)));
    expect(texts.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await read(ADDRESS)).toMatch(/^copy/);
    expect(asked).toHaveLength(12);
    passedMs += 1_000;
    await expect(read(`${ADDRESS}?99`)).resolves.toMatch(/^copy/);
  });

  it('is read for a workspace while another one makes up addresses', async () => {
    const reader = readerWith(configOf());
    const other = reader.for('workspace 1');
    const own = reader.for('workspace 2');
    const texts = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => other.read(`${ADDRESS}?${i}`)));
    expect(texts.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await own.read(ADDRESS)).toMatch(/^copy/);
    expect(await other.read(ADDRESS)).toMatch(/^copy/);
    expect(asked).toHaveLength(11);
  });

  it('of 64 KiB or more is not taken, whether its length is announced or not', async () => {
    const { read } = publications();
    answer = (_request, response) => response.end('x'.repeat(65_536));
    await expect(read(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
    answer = (_request, response) => {
      for (let i = 0; i < 100; i++) response.write('x'.repeat(1024));
      response.end();
    };
    await expect(read(`${ADDRESS}?2`)).rejects.toMatchObject(UNAVAILABLE);
    answer = (_request, response) => response.end('x'.repeat(65_535));
    expect(await read(`${ADDRESS}?3`)).toHaveLength(65_535);
  });

  it('is unavailable if its site does not answer within three seconds', async () => {
    answer = () => undefined;
    const started = Date.now();
    await expect(publications().read(ADDRESS)).rejects.toMatchObject(UNAVAILABLE);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe('a confirmation', () => {
  it.each([
    [200, true],
    [204, true],
    [302, false],
    [403, false],
    [500, false],
  ])('with the status %i succeeds: %s', async (status, isConfirmed) => {
    answer = refuse(status);
    expect(await publications().open(`${ADDRESS}?Action=Confirm`)).toBe(isConfirmed);
  });

  it('is opened each time', async () => {
    const { open } = publications();
    expect([await open(ADDRESS), await open(ADDRESS)]).toEqual([true, true]);
    expect(asked).toHaveLength(2);
  });
});
