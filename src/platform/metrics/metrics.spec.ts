import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPlatform, type RunningPlatform } from '../../../test/support/platform-app.js';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('returns the existing metric when its name is declared again', async () => {
    const metrics = new Metrics();
    const declare = () => metrics.counter({ name: 'tidings_test_total', help: 'Tests.', labels: ['kind'] });
    declare().inc({ kind: 'a' });
    declare().inc({ kind: 'a' });
    expect(await metrics.text()).toContain('tidings_test_total{kind="a"} 2');
  });

  it('shows a counter that starts with a sample before its first increment', async () => {
    const metrics = new Metrics();
    const declaration = { name: 'tidings_test_total', help: 'Tests.', labels: ['kind'] } as const;
    metrics.counter({ ...declaration, startsWith: [{ kind: 'rare' }] });
    expect(await metrics.text()).toContain('tidings_test_total{kind="rare"} 0');
  });

  it('rejects one name for two types', () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'tidings_test_total', help: 'Tests.' });
    expect(() => metrics.gauge({ name: 'tidings_test_total', help: 'Tests.' })).toThrow('two types');
  });

  it('separates the apps of one process', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter({ name: 'tidings_test_total', help: 'Tests.' }).inc();
    expect(await one.text()).toContain('tidings_test_total 1');
    expect(await other.text()).not.toContain('tidings_test_total');
  });

  it('reads the value of a gauge at each scrape', async () => {
    const metrics = new Metrics();
    let asked = 0;
    metrics.gauge({ name: 'tidings_depth', help: 'Depth.', collect: (gauge) => gauge.set(++asked) });
    expect(await metrics.text()).toContain('tidings_depth 1');
    expect(await metrics.text()).toContain('tidings_depth 2');
  });
});

describe('GET /metrics', () => {
  let open: RunningPlatform;
  let closed: RunningPlatform;
  const token = 'a token for the scraper';

  beforeAll(async () => {
    [open, closed] = await Promise.all([startPlatform(), startPlatform({ settings: { METRICS_TOKEN: token } })]);
  });

  afterAll(async () => {
    await Promise.all([open.stop(), closed.stop()]);
  });

  const scrape = (platform: RunningPlatform, headers: Record<string, string> = {}) =>
    fetch(`${platform.url}/metrics`, { headers });

  it('returns request durations by route and process metrics to this machine', async () => {
    await fetch(`${open.url}/health/live?token=abc`);
    const response = await scrape(open);
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain(
      'tidings_http_request_duration_seconds_count{method="GET",route="/health/live",status="200"} 1',
    );
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'])(
    'rejects a request that a local proxy forwarded with %s',
    async (header) => {
      expect((await scrape(open, { [header]: '127.0.0.1' })).status).toBe(403);
    },
  );

  it('accepts only the token if there is one', async () => {
    expect((await scrape(closed, { authorization: `Bearer ${token}` })).status).toBe(200);
    for (const authorization of ['', token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer ']) {
      expect((await scrape(closed, { authorization })).status).toBe(403);
    }
    expect((await scrape(closed)).status).toBe(403);
  });
});
