import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { RawSocket } from '../support/raw-socket.js';

const LISTED = [
  'https://app.example.com',
  'https://*.example.org',
  'http://*.localhost:8080',
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'https://tauri.localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://1f2e3d4c-0000-4000-8000-aabbccddeeff',
];

let tidings: RunningTidings;
let proxied: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings({ ALLOWED_ORIGINS: LISTED.join(', ') });
  proxied = await startTidings({ TRUST_PROXY: '127.0.0.1', ALLOWED_ORIGINS: 'null' });
});
afterAll(async () => {
  await tidings.stop();
  await proxied.stop();
});

type Headers = Record<string, string>;

async function call(to: RunningTidings, method: string, path: string, headers: Headers): Promise<IncomingMessage> {
  const isLogin = path === '/v1/auth/login';
  const json: Headers = isLogin ? { 'content-type': 'application/json' } : {};
  const sent = request(`${to.url}${path}`, { method, headers: { ...json, ...headers } });
  sent.end(isLogin ? JSON.stringify(ADMIN) : undefined);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.destroy();
  return answer;
}

async function upgrade(to: RunningTidings, path: string, headers: Headers): Promise<number> {
  const socket = await RawSocket.open(to.url, headers, path);
  socket.cut();
  return Number(socket.head.split(' ')[1]);
}

const grants = ({ headers }: IncomingMessage): string | undefined => headers['access-control-allow-origin'];

/** 403 for the origin, 400 for an invalid host. */
const refuses = ({ statusCode }: IncomingMessage): boolean => statusCode === 403 || statusCode === 400;

/** Whether an origin is accepted, for every entry point that checks it. */
async function acceptance(to: RunningTidings, headers: Headers & { Origin: string }): Promise<Record<string, boolean>> {
  const bearer = { authorization: `Bearer ${to.api.token}` };
  const preflight = { 'access-control-request-method': 'POST', ...headers };
  return {
    login: !refuses(await call(to, 'POST', '/v1/auth/login', headers)),
    refresh: !refuses(await call(to, 'POST', '/v1/auth/refresh', headers)),
    logout: !refuses(await call(to, 'POST', '/v1/auth/logout', headers)),
    cors: grants(await call(to, 'GET', '/v1/me', { ...headers, ...bearer })) === headers.Origin,
    preflight: grants(await call(to, 'OPTIONS', '/v1/me', preflight)) === headers.Origin,
    stream:
      grants(await call(to, 'GET', `/v1/stream?channels=user:${to.api.userId}`, { ...headers, ...bearer })) ===
      headers.Origin,
    ws: (await upgrade(to, '/ws', headers)) === 101,
    documents: (await upgrade(to, '/documents', headers)) === 101,
  };
}

const every = (answer: boolean) => ({
  login: answer,
  refresh: answer,
  logout: answer,
  cors: answer,
  preflight: answer,
  stream: answer,
  ws: answer,
  documents: answer,
});

describe('an allowed origin', () => {
  it.each([
    ...LISTED.filter((origin) => !origin.includes('*')),
    'https://a.example.org',
    'https://a-b.c_d.example.org',
    'https://xn--bcher-kva.example.org',
    'http://app.localhost:8080',
  ])('calls and connects as %s, which is on the list', async (origin) => {
    expect(await acceptance(tidings, { Origin: origin })).toEqual(every(true));
  });

  it('includes PUBLIC_URL, in addition to the list', async () => {
    expect(await acceptance(tidings, { Origin: tidings.url, Host: 'tidings.internal' })).toEqual(every(true));
  });

  it.each(['192.168.1.20:3000', '10.0.2.2', '[fd00::17]:3000', '[::1]', 'localhost:3000', 'LOCALHOST:3000'])(
    'includes the requested host %s',
    async (host) => {
      expect(await acceptance(tidings, { Origin: `http://${host.toLowerCase()}`, Host: host })).toEqual(every(true));
    },
  );

  it('includes the host that a trusted proxy forwards', async () => {
    const forwarded = { Host: 'tidings:3000', 'X-Forwarded-Host': '192.168.1.20', 'X-Forwarded-Proto': 'https' };
    expect(await acceptance(proxied, { Origin: 'https://192.168.1.20', ...forwarded })).toEqual(every(true));
    expect(await acceptance(proxied, { Origin: 'http://192.168.1.20', ...forwarded })).toEqual(every(false));
  });

  it('includes null only when it is on the list', async () => {
    expect(await acceptance(proxied, { Origin: 'null' })).toEqual(every(true));
    expect(await acceptance(tidings, { Origin: 'null' })).toEqual(every(false));
  });
});

describe('a forbidden origin', () => {
  it.each([
    'https://example.org',
    'https://example.com',
    'https://evil-example.org',
    'https://evilexample.org',
    'https://.example.org',
    'https://a..example.org',
    'https://a.example.org.',
    'https://a.example.org.evil.test',
    'https://a.example.org:444',
    'https://a.example.org:443',
    'http://a.example.org',
    'https://A.example.org',
    'https://a.Example.org',
    'HTTPS://a.example.org',
    'https://user@a.example.org',
    'https://evil.test@a.example.org',
    'https://evil.test#.example.org',
    'https://evil.test/.example.org',
    'https://evil.test?.example.org',
    'https://evil.test\\.example.org',
    'https://*.example.org',
    'https://a.example.org/',
    'https://a%2eexample.org',
    'https://a.example.org, https://b.example.org',
    'https://a.example.org https://b.example.org',
    'http://app.localhost',
    'http://app.localhost:8081',
    'https://app.example.com.evil.test',
    'https://app.example.com:444',
    'http://app.example.com',
    'https://APP.example.com',
    'https://app.example.co',
    'https://sub.app.example.com',
    'capacitor://localhost:1',
    'capacitor://evil',
    'capacitor://',
    'ionic://localhost.evil.test',
    'file://',
    'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
    '*',
    '0',
    'undefined',
  ])('includes %s', async (origin) => {
    expect(await acceptance(tidings, { Origin: origin })).toEqual(every(false));
  });

  it.each([
    ['a name, whose owner can point it at this machine,', 'http://rebound.evil.test:3000', 'rebound.evil.test:3000'],
    ['a name that begins like an address', 'http://192.168.1.20.evil.test', '192.168.1.20.evil.test'],
    ['another port of the same machine', 'http://192.168.1.20:8080', '192.168.1.20:3000'],
    ['another scheme', 'https://192.168.1.20:3000', '192.168.1.20:3000'],
    ['another address', 'http://192.168.1.21:3000', '192.168.1.20:3000'],
    ['a subdomain of localhost', 'http://evil.localhost:3000', 'evil.localhost:3000'],
    ['an address after a user name', 'http://192.168.1.20', 'evil@192.168.1.20'],
  ])('includes %s as the requested host', async (_what, origin, host) => {
    expect(await acceptance(tidings, { Origin: origin, Host: host })).toEqual(every(false));
  });

  it('includes a forwarded host when the caller is not a trusted proxy', async () => {
    const forwarded = { 'X-Forwarded-Host': '192.168.1.20', 'X-Forwarded-Proto': 'https' };
    expect(await acceptance(tidings, { Origin: 'https://192.168.1.20', ...forwarded })).toEqual(every(false));
  });
});

describe('a socket of a foreign origin', () => {
  const foreign = { Origin: 'http://10.0.2.2:3000' };
  const connects = (headers: Headers, path = '/ws') => upgrade(tidings, path, { ...foreign, ...headers });

  it('connects with an Authorization header, which no page can set', async () => {
    const authorization = `Bearer ${tidings.api.token}`;
    expect(await connects({ authorization })).toBe(101);
    expect(await connects({ authorization }, '/documents')).toBe(101);
  });

  it('is refused with credentials that a page can send: a subprotocol, a query or a saved password', async () => {
    const protocol = { 'Sec-WebSocket-Protocol': `tidings.v1, bearer.${tidings.api.token}` };
    expect(await connects(protocol)).toBe(403);
    expect(await connects({}, `/ws?token=${tidings.api.token}`)).toBe(403);
    expect(await connects({ authorization: 'Basic dXNlcjpwYXNz' })).toBe(403);
    expect(await connects({ authorization: 'Bearer ' })).toBe(403);
  });
});

describe('a preflight', () => {
  it.each([
    'cache-control',
    'traceparent',
    'tracestate',
    'baggage',
    'sentry-trace',
    'x-requested-with',
    'last-event-id',
  ])('allows %s', async (name) => {
    const headers = { Origin: 'https://app.example.com', 'access-control-request-method': 'GET' };
    const answer = await call(tidings, 'OPTIONS', '/v1/me', { ...headers, 'access-control-request-headers': name });
    expect(answer.statusCode).toBe(204);
    expect(String(answer.headers['access-control-allow-headers']).split(', ')).toContain(name);
  });
});
