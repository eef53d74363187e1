import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { startPlatform, type RunningPlatform } from '../../../../test/support/platform-app.js';
import { Public } from '../api/public.js';

const OURS = 'https://app.example.com';

@Public()
@Controller()
class OpenController {
  @Get('v1/open')
  open(): string[] {
    return [];
  }

  @Post('webhooks/:key')
  webhook(): string[] {
    return [];
  }
}

let platform: RunningPlatform;

beforeAll(async () => {
  platform = await startPlatform({ controllers: [OpenController], settings: { ALLOWED_ORIGINS: OURS } });
});

afterAll(async () => {
  await platform.stop();
});

const get = (path: string, origin: string) => fetch(`${platform.url}${path}`, { headers: { origin } });

const preflight = (path: string, origin: string) =>
  fetch(`${platform.url}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

const allowedOrigin = ({ headers }: Response): string | null => headers.get('access-control-allow-origin');

describe('CORS', () => {
  it('lets an allowed origin read API responses and use cookies', async () => {
    const answer = await get('/v1/open', OURS);
    expect(answer.status).toBe(200);
    expect(allowedOrigin(answer)).toBe(OURS);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(answer.headers.get('access-control-expose-headers')).toContain('server-timing');
  });

  it('lets an allowed origin read errors', async () => {
    expect(allowedOrigin(await get('/v1/nothing', OURS))).toBe(OURS);
  });

  it('lets a preflight be cached for ten minutes', async () => {
    const answer = await preflight('/v1/open', OURS);
    expect(answer.status).toBe(204);
    expect(allowedOrigin(answer)).toBe(OURS);
    expect(answer.headers.get('access-control-max-age')).toBe('600');
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
  });

  it.each([
    `${OURS}.evil.example`,
    `${OURS}:444`,
    'http://app.example.com',
    'https://APP.example.com',
    'null',
    '*',
    OURS.slice(0, -1),
  ])('sends no CORS headers for the similar origin %s', async (origin) => {
    for (const answer of [await get('/v1/open', origin), await preflight('/v1/open', origin)]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('sends no CORS headers outside the API', async () => {
    for (const path of ['/webhooks/key', '/health/live', '/metrics', '/openapi.json', '/docs']) {
      expect(allowedOrigin(await preflight(path, OURS))).toBeNull();
      expect(allowedOrigin(await get(path, OURS))).toBeNull();
    }
  });

  it('varies every API response by Origin', async () => {
    for (const origin of [OURS, 'https://other.example']) {
      expect((await get('/v1/open', origin)).headers.get('vary')).toBe('Origin');
    }
    expect((await fetch(`${platform.url}/v1/open`)).headers.get('vary')).toBe('Origin');
  });
});
