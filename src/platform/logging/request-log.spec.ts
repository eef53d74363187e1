import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Logger, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { eventually } from '../../../test/support/eventually.js';
import { startPlatform, type RunningPlatform } from '../../../test/support/platform-app.js';
import { defineError } from '../errors.js';
import { Public } from '../http/api/public.js';
import { noteOn } from './request-log.js';

const refused = defineError({ code: 'test.refused', kind: 'unauthenticated', title: 'Refused.' });

const CANARY = 'Canary7x9QkZt3vLw2';
const JWT = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(CANARY).toString('base64url')}.${CANARY}`;

@Public()
@Controller()
class NoisyController {
  private readonly logger = new Logger('noisy');

  @Get('v1/fine/:id')
  fine(@Query() _query: unknown): { ok: true } {
    return { ok: true };
  }

  @Post('v1/login')
  logIn(@Body({ schema: z.strictObject({ email: z.email(), password: z.string() }) }) body: unknown): unknown {
    return body;
  }

  @Get('v1/careless')
  careless(@Req() { headers, query }: FastifyRequest): void {
    this.logger.log({ msg: 'a careless line', headers, query });
    this.logger.warn(`called with Authorization: Bearer ${CANARY} and cookie session; token=${CANARY}`);
    this.logger.warn(`called with tk_${'0'.repeat(32)}_${CANARY}`);
    this.logger.warn({
      msg: 'deeper',
      source: { list: [{ secret: CANARY, secrets: [CANARY, { a: CANARY }], refreshToken: CANARY }] },
    });
    this.logger.error(new Error(`connect to postgres://tidings:${CANARY}@db/tidings failed for ${JWT}`));
    this.logger.error(`GET /ws?ticket=${CANARY}&x=1, {"password":"${CANARY}"}, POST /webhooks/${CANARY}`);
  }

  @Get('v1/broken')
  broken(): void {
    const cause = Object.assign(new Error(`password=${CANARY}`), { parameters: [CANARY], query: `SELECT '${CANARY}'` });
    throw Object.assign(new Error('the query failed', { cause }), { parameters: [CANARY], body: CANARY });
  }

  @Post('webhooks/:sourceKey')
  receive(@Req() request: FastifyRequest): { deliveryId: string } {
    noteOn(request, { sourceId: 'source-1' });
    if (request.headers['x-fail'] === 'refuse') throw refused('the header x is missing');
    noteOn(request, { deliveryId: 'delivery-1' });
    return { deliveryId: 'delivery-1' };
  }
}

let platform: RunningPlatform;

beforeAll(async () => {
  platform = await startPlatform({ controllers: [NoisyController] });
});

afterAll(async () => {
  await platform.stop();
});

afterEach(() => {
  platform.logged.length = 0;
});

type Line = Record<string, unknown>;

const lines = (): Line[] => platform.logged.map((line) => JSON.parse(line) as Line);

const lineAbout = (route: string): Promise<Line> =>
  eventually(`a line about ${route}`, () =>
    lines().find((line) => line['msg'] === 'request' && line['route'] === route),
  );

describe('the request log', () => {
  it('has method, route, status, time and the request id of the response', async () => {
    const response = await fetch(`${platform.url}/v1/login`, { method: 'POST' });
    const { requestId } = (await response.json()) as { requestId: string };
    expect(await lineAbout('/v1/login')).toMatchObject({
      level: 'info',
      method: 'POST',
      status: 400,
      requestId,
      ms: expect.any(Number) as unknown,
      time: expect.stringMatching(/Z$/) as unknown,
    });
  });

  it('contains the route pattern and never the requested URL', async () => {
    await fetch(`${platform.url}/v1/fine/${CANARY}?token=${CANARY}&name=${CANARY}`);
    expect(await lineAbout('/v1/fine/:id')).toMatchObject({ status: 200 });
    await fetch(`${platform.url}/${CANARY}/nothing`);
    expect(await lineAbout('unmatched')).toMatchObject({ status: 404 });
    expect(platform.logged.join('')).not.toContain(CANARY);
  });

  it('is a debug line with the delivery for an accepted webhook and a warning for a rejected one', async () => {
    await fetch(`${platform.url}/webhooks/${CANARY}`, { method: 'POST', body: 'x' });
    expect(await lineAbout('/webhooks/:sourceKey')).toMatchObject({ level: 'debug', deliveryId: 'delivery-1' });
    platform.logged.length = 0;
    await fetch(`${platform.url}/webhooks/${CANARY}`, { method: 'POST', body: 'x', headers: { 'x-fail': 'refuse' } });
    expect(await lineAbout('/webhooks/:sourceKey')).toMatchObject({
      level: 'warn',
      status: 401,
      sourceId: 'source-1',
      code: 'test.refused',
      reason: 'the header x is missing',
    });
    expect(platform.logged.join('')).not.toContain(CANARY);
  });
});

describe('secrets', () => {
  const headers = {
    authorization: `Bearer ${CANARY}`,
    cookie: `refresh=${CANARY}`,
    'x-api-key': CANARY,
    'x-hub-signature-256': `sha256=${CANARY}`,
    'x-gitlab-token': CANARY,
    'proxy-authorization': `Basic ${CANARY}`,
    'sec-websocket-protocol': `tidings.v1, bearer.${JWT}`,
  };

  it('are redacted when headers, queries, objects and messages are logged', async () => {
    await fetch(`${platform.url}/v1/careless?token=${CANARY}&ticket=${CANARY}&access_token=${CANARY}`, { headers });
    await lineAbout('/v1/careless');
    const text = platform.logged.join('');
    expect(text).toContain('a careless line');
    expect(text).toContain('postgres://tidings:[redacted]@db/tidings failed');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(Buffer.from(CANARY).toString('base64url'));
  });

  it('are redacted when a request fails internally', async () => {
    const body = JSON.stringify({ email: 'a@example.com', password: CANARY });
    await fetch(`${platform.url}/v1/broken?token=${CANARY}`, { headers });
    expect(await lineAbout('/v1/broken')).toMatchObject({ level: 'warn', status: 500 });
    await fetch(`${platform.url}/v1/login`, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    await lineAbout('/v1/login');
    const failure = lines().find((line) => line['msg'] === 'request failed');
    expect(failure).toMatchObject({ level: 'error', err: { message: 'the query failed', cause: { type: 'Error' } } });
    expect(platform.logged.join('')).not.toContain(CANARY);
  });

  it('are redacted when a body is malformed or rejected', async () => {
    const post = (body: string, type = 'application/json') =>
      fetch(`${platform.url}/v1/login`, { method: 'POST', body, headers: { ...headers, 'content-type': type } });
    await post(`{"password":"${CANARY}", broken`);
    await post(JSON.stringify({ email: CANARY, password: CANARY, [CANARY]: CANARY }));
    await post(`password=${CANARY}`, 'application/x-www-form-urlencoded');
    await eventually('three lines', () => lines().filter((line) => line['route'] === '/v1/login').length === 3);
    expect(platform.logged.join('')).not.toContain(CANARY);
  });
});
