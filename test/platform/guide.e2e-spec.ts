import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { OPERATIONS } from '../../dashboard/src/screens/system/operations.js';
import { system } from '../../dashboard/src/words/en/system.js';
import { startTidings, type RunningTidings } from '../support/app.js';

let tidings: RunningTidings;
let anchors: Record<string, readonly string[]>;

beforeAll(async () => {
  tidings = await startTidings();
  anchors = (await (await get('anchors.json')).json()) as typeof anchors;
}, 60_000);
afterAll(() => tidings?.stop());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${tidings.url}/docs/guide/${path}`, init);

describe('the guide', () => {
  it('is served beside the API reference, which keeps its address', async () => {
    const page = await get('operations');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('<h1 id="running-tidings"');
    expect(await (await fetch(`${tidings.url}/docs`)).text()).toContain('Tidings API');
  });

  it('is found without the slash at its end', async () => {
    const { status, headers } = await fetch(`${tidings.url}/docs/guide`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/docs/guide/']);
  });

  it('lets browsers keep files with a hash in their name', async () => {
    const [, script = ''] = /src="\/docs\/guide\/(assets\/app\.[\w-]+\.js)"/.exec(await (await get('')).text()) ?? [];
    const { status, headers } = await get(script);
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it('is readable for a client that takes no compression', async () => {
    const { headers, ...page } = await tidings.app.inject({ url: '/docs/guide/live', headers: {} });
    expect(headers['content-encoding']).toBeUndefined();
    const packed = await tidings.app.inject({ url: '/docs/guide/live', headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.rawPayload).equals(page.rawPayload)).toBe(true);
  });

  it.each(['nothing', '../../package.json', '..%2f..%2fpackage.json', 'assets'])('answers 404 at %s', async (path) => {
    const { statusCode, payload } = await tidings.app.inject({ url: `/docs/guide/${path}` });
    expect(statusCode).toBe(404);
    expect(payload).not.toContain('"dependencies"');
  });

  it('has no inline script', async () => {
    for (const page of Object.keys(anchors)) {
      const html = await (await get(page)).text();
      expect([page, html.match(/<script(?![^>]*\ssrc=)[^>]*>/)]).toEqual([page, null]);
    }
  });

  it('has only links to pages and headings that exist', async () => {
    const missing: string[] = [];
    for (const page of Object.keys(anchors)) {
      const html = await (await get(page)).text();
      for (const [, path = '', hash] of html.matchAll(/<a [^>]*href="\/docs\/guide\/([^"#]*)(?:#([^"]*))?"/g)) {
        const there = anchors[path || 'index'];
        if (there === undefined || (hash !== undefined && !there.includes(hash)))
          missing.push(`${page}: ${path}#${hash}`);
      }
      const own = [...html.matchAll(/<a href="#(?!VPContent)([^"]+)"/g)].map(([, hash = '']) => hash);
      missing.push(
        ...own.filter((hash) => !anchors[page]?.includes(decodeURIComponent(hash))).map((hash) => `${page}#${hash}`),
      );
    }
    expect(missing).toEqual([]);
  });

  it('has a row for each lamp of the dashboard that can be red', async () => {
    const { body } = await tidings.api.get<{ checks: Record<string, string> }>('/health/ready');
    const checks = [...Object.keys(system.readiness.checks), ...Object.keys(body.checks)];
    expect(checks.length).toBeGreaterThan(12);
    const lamps = [...checks.map(OPERATIONS.check), OPERATIONS.lostLease, OPERATIONS.failedJobs];
    expect(lamps.filter((anchor) => !anchors['operations']?.includes(anchor))).toEqual([]);
  });
});
