import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  Injectable,
  Param,
  Post,
  Query,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';
import { startPlatform, type RunningPlatform } from '../../../../test/support/platform-app.js';
import { defineError } from '../../errors.js';
import { problemSchema } from '../api/problem.js';
import { Public } from '../api/public.js';

const noToken = defineError({ code: 'test.no-token', kind: 'unauthenticated', title: 'This takes a token.' });

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getClass() !== GuardedController) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers.authorization !== 'Bearer good') throw noToken();
    return true;
  }
}

const reached: string[] = [];

@Controller('v1/guarded')
class GuardedController {
  @Get()
  list(): string[] {
    reached.push('list');
    return [];
  }

  @Get(':id')
  get(@Param('id') id: string): { id: string } {
    reached.push('get');
    return { id };
  }

  @Post()
  create(@Body({ schema: z.strictObject({ name: z.string() }) }) body: { name: string }): { name: string } {
    reached.push('create');
    return body;
  }

  @Delete(':id')
  delete(): void {
    reached.push('delete');
  }
}

@Public()
@Controller()
class OpenController {
  @Post('v1/echo')
  echo(@Body() body: unknown): unknown {
    return body ?? null;
  }

  @Post('v1/strict')
  strict(@Body({ schema: z.strictObject({ name: z.string() }) }) body: { name: string }): { name: string } {
    return body;
  }

  @Get('v1/page')
  page(@Query({ schema: z.object({ limit: z.coerce.number().int().max(10).default(3) }) }) query: { limit: number }): {
    limit: number;
  } {
    return query;
  }

  @Post('webhooks/:key')
  webhook(@Body() body: unknown): { bytes: number } {
    return { bytes: Buffer.isBuffer(body) ? body.length : -1 };
  }

  @Get('v1/broken')
  broken(): void {
    throw new Error('the query "SELECT secret FROM users" failed');
  }
}

let platform: RunningPlatform;

beforeAll(async () => {
  platform = await startPlatform({ controllers: [GuardedController, OpenController], guard: TokenGuard });
});

afterAll(async () => {
  await platform.stop();
});

interface RawAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** node:http sends the path unchanged; fetch would normalize it. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string | Buffer) {
  return new Promise<RawAnswer>((resolve, reject) => {
    const { hostname, port } = new URL(platform.url);
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const post = (path: string, body: string | Buffer, headers: Record<string, string> = json) =>
  send('POST', path, headers, body);

function problemIn({ type, body }: RawAnswer) {
  expect(type).toMatch(/^application\/problem\+json/);
  return problemSchema.parse(JSON.parse(body));
}

describe('addresses and methods', () => {
  const paths = [
    '//v1/guarded',
    '/v1//guarded',
    '/v1/guarded/',
    '/v1/guarded//',
    '/V1/Guarded',
    '/v1/GUARDED',
    '/v1/guarded;x',
    '/v1/guarded;x=1',
    '/v1%2Fguarded',
    '/v1%2fguarded',
    '/%761/guarded',
    '/v1/guarde%64',
    '/v1/guarded%2F',
    '/v1/guarded%20',
    '/v1/guarded/.',
    '/v1/./guarded',
    '/v1/x/../guarded',
    '/v1/guarded/..',
    '/v1/guarded/%2e%2e',
    '/v1/guarded?',
    '/v1/guarded#',
    '/v1/guarded%3Fx',
    '/v1/guarded%23',
    '/v1/guarded\\',
    '/v1\\guarded',
    '/v1/guarded/7',
    '/v1/guarded/7/',
    '/v1/guarded/7;x',
    '/v1/guarded/%37',
    '/v1/guarded/7%2F',
    '/v1/guarded/..%2f7',
    'http://other.example/v1/guarded',
    '/v1/guarded%00',
    '/v1/guarded/%',
    '/v1/guarded/%zz',
    '/v1/guarded/%E0%A4%A',
    '/v1/guarded/%ff',
    '/%',
    `/v1/guarded/${'a'.repeat(500)}`,
    '*',
  ];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

  it.each(methods)('never lets %s on a crafted path bypass the guard or cause an error', async (method) => {
    reached.length = 0;
    for (const path of paths) {
      const { status, type, body } = await send(method, path);
      expect(`${path} ${status}`).toMatch(/ (?:400|401|404|414)$/);
      if (method !== 'HEAD') expect(type).toMatch(/^application\/problem\+json/);
      expect(body).not.toContain('node_modules');
    }
    expect(reached).toEqual([]);
  });

  it('accepts a caller with a token', async () => {
    reached.length = 0;
    const authorization = 'Bearer good';
    expect((await send('GET', '/v1/guarded', { authorization })).status).toBe(200);
    expect((await send('HEAD', '/v1/guarded', { authorization })).status).toBe(200);
    expect((await send('DELETE', '/v1/guarded/7', { authorization })).status).toBe(200);
    expect(reached).toEqual(['list', 'list', 'delete']);
  });

  it('answers an unknown path with a code and the request id', async () => {
    const problem = problemIn(await send('GET', '/nothing/here?token=abc'));
    expect(problem).toMatchObject({ status: 404, code: 'route.not-found', type: 'urn:tidings:error:route.not-found' });
    expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(problem)).not.toContain('abc');
  });
});

describe('bodies', () => {
  it('does not disclose internal errors', async () => {
    const answer = await send('GET', '/v1/broken');
    expect(problemIn(answer)).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toMatch(/SELECT|secret|Error/);
  });

  it.each(['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'gzip, identity', 'x'])(
    'rejects a body with content encoding %s on every route but that of webhooks',
    async (encoding) => {
      for (const path of ['/v1/echo', '/v1/guarded', '/nowhere', '/webhooks']) {
        const answer = await post(path, '{}', { ...json, 'content-encoding': encoding });
        expect(problemIn(answer)).toMatchObject({ status: 415, code: 'request.unsupported-media-type' });
      }
    },
  );

  it.each(['br', 'zstd', 'gzip, identity', 'gzip, gzip', 'gzipped', 'x'])(
    'rejects a webhook with content encoding %s',
    async (encoding) => {
      const answer = await post('/webhooks/key', '{}', { ...json, 'content-encoding': encoding });
      expect(problemIn(answer)).toMatchObject({ status: 415, code: 'request.unsupported-media-type' });
    },
  );

  it.each(['gzip', 'x-gzip', 'GZIP', 'deflate'])(
    'passes a webhook with content encoding %s to its handler, as received',
    async (encoding) => {
      const answer = await post('/webhooks/key', '{}', { ...json, 'content-encoding': encoding });
      expect(answer.status).toBe(201);
    },
  );

  it('accepts the content encoding identity', async () => {
    expect((await post('/v1/echo', '{}', { ...json, 'content-encoding': 'identity' })).status).toBe(201);
  });

  it('passes the exact bytes of a webhook, whatever its type', async () => {
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
    ]) {
      expect(JSON.parse((await post('/webhooks/key', '{"broken', { 'content-type': type })).body)).toEqual({
        bytes: 8,
      });
    }
  });

  it('accepts JSON 64 levels deep and rejects 65', async () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect((await post('/v1/echo', nested(64))).status).toBe(201);
    expect(problemIn(await post('/v1/echo', nested(65))).code).toBe('request.invalid');
    expect(problemIn(await post('/v1/echo', nested(100_000))).code).toBe('request.invalid');
  });

  it('accepts 10,000 keys and rejects one more', async () => {
    const keys = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, key) => [`${key}`, 1])));
    expect((await post('/v1/echo', keys(10_000))).status).toBe(201);
    expect(problemIn(await post('/v1/echo', keys(10_001))).detail).toContain('keys');
  });

  it('accepts 10,000 values and rejects one more before validation', async () => {
    const values = (count: number) => JSON.stringify(Array.from({ length: count }, () => 1));
    expect((await post('/v1/echo', values(10_000))).status).toBe(201);
    expect(problemIn(await post('/v1/echo', values(10_001))).detail).toContain('values');
  });

  it('ignores brackets, colons, commas and quotes inside strings', async () => {
    const text = `${'[{:,'.repeat(20_000)}\\"\\\\`;
    expect((await post('/v1/echo', JSON.stringify({ text }))).status).toBe(201);
  });

  it.each([
    ['broken JSON', '{"name":'],
    ['an empty body', ''],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['U+0000', '{"name":"a\\u0000b"}'],
    ['an unknown field', '{"name":"a","role":"owner"}'],
    ['a missing field', '{}'],
    ['a number for an object', '7'],
    ['null', 'null'],
  ])('rejects %s', async (_what, body) => {
    expect(problemIn(await post('/v1/strict', body))).toMatchObject({ status: 400, code: 'request.invalid' });
  });

  it('accepts an escaped backslash followed by u0000', async () => {
    expect((await post('/v1/strict', '{"name":"C:\\\\u0000"}')).status).toBe(201);
  });

  it.each(['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', 'text/json', 'application/json\tx'])(
    'rejects the type %s where JSON is expected',
    async (type) => {
      expect((await post('/v1/strict', '{"name":"a"}', { 'content-type': type })).status).toBe(415);
    },
  );

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
    'application/json ;charset=utf-8',
  ])('accepts the type %s', async (type) => {
    expect((await post('/v1/strict', '{"name":"a"}', { 'content-type': type })).status).toBe(201);
  });

  it('rejects a body above the limit of its route', async () => {
    const answer = await post('/v1/echo', JSON.stringify('a'.repeat(1_048_576)));
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'request.too-large' });
  });

  it('names invalid fields without their values', async () => {
    const answer = await send('GET', '/v1/page?limit=99999');
    expect(problemIn(answer).detail).toMatch(/^limit: /);
    expect(answer.body).not.toContain('99999');
  });
});

describe('malformed HTTP requests', () => {
  function exchange(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(platform.url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    [
      'a length and chunks at once',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'two content lengths',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      400,
    ],
    ['two hosts', 'GET /v1/page HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['one host twice', 'GET /v1/page HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 400],
    ['two hosts in one header', 'GET /v1/page HTTP/1.1\r\nHost: a, b\r\n\r\n', 400],
    ['a URL as the host', 'GET /v1/page HTTP/1.1\r\nHost: http://a/b\r\n\r\n', 400],
    ['two hosts for a webhook', 'POST /webhooks/x HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n', 400],
    ['two hosts on an unknown path', 'GET /nowhere HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    [
      'two hosts in a preflight',
      `OPTIONS /v1/page HTTP/1.1\r\nHost: a\r\nHost: b\r\nOrigin: http://localhost:3000\r\nAccess-Control-Request-Method: GET\r\n\r\n`,
      400,
    ],
    [
      'two tokens, the first of which is valid',
      'GET /v1/guarded HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\nAuthorization: Bearer bad\r\n\r\n',
      400,
    ],
    ['two origins', 'GET /v1/page HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n', 400],
    [
      'one content length twice',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
      400,
    ],
    [
      'two transfer encodings',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['bare line feeds', 'GET /v1/echo HTTP/1.1\nHost: a\n\n', 400],
    ['2,000 headers', `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'x: y\r\n'.repeat(2_000)}\r\n`, 400],
    ['a header without end', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n`, 431],
  ])('answers %s with a problem and closes the connection', async (_what, bytes, status) => {
    const answer = await exchange(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer.split('HTTP/1.1 ')).toHaveLength(2);
  });
});
