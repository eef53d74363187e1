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

describe('a page of another origin', () => {
  it('may read what the API answers when its origin is on the list, with its cookies', async () => {
    const answer = await get('/v1/open', OURS);
    expect(answer.status).toBe(200);
    expect(allowedOrigin(answer)).toBe(OURS);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  it('may read failures too', async () => {
    expect(allowedOrigin(await get('/v1/nothing', OURS))).toBe(OURS);
  });

  it('may ask once for ten minutes', async () => {
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
  ])('gets nothing for the origin %s, which only looks like one on the list', async (origin) => {
    for (const answer of [await get('/v1/open', origin), await preflight('/v1/open', origin)]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('gets nothing outside of the API, whatever its origin', async () => {
    for (const path of ['/webhooks/key', '/health/live', '/metrics', '/openapi.json', '/docs']) {
      expect(allowedOrigin(await preflight(path, OURS))).toBeNull();
      expect(allowedOrigin(await get(path, OURS))).toBeNull();
    }
  });

  it('never gets from a cache what was answered to another origin', async () => {
    for (const origin of [OURS, 'https://other.example']) {
      expect((await get('/v1/open', origin)).headers.get('vary')).toBe('Origin');
    }
    expect((await fetch(`${platform.url}/v1/open`)).headers.get('vary')).toBe('Origin');
  });
});
