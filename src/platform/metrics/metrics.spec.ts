import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPlatform, type RunningPlatform } from '../../../test/support/platform-app.js';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('gives the metric that is there already when its name is declared again', async () => {
    const metrics = new Metrics();
    const declare = () => metrics.counter({ name: 'tidings_test_total', help: 'Tests.', labels: ['kind'] });
    declare().inc({ kind: 'a' });
    declare().inc({ kind: 'a' });
    expect(await metrics.text()).toContain('tidings_test_total{kind="a"} 2');
  });

  it('refuses one name for two types', () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'tidings_test_total', help: 'Tests.' });
    expect(() => metrics.gauge({ name: 'tidings_test_total', help: 'Tests.' })).toThrow('two types');
  });

  it('keeps the apps of one process apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter({ name: 'tidings_test_total', help: 'Tests.' }).inc();
    expect(await one.text()).toContain('tidings_test_total 1');
    expect(await other.text()).not.toContain('tidings_test_total');
  });

  it('asks a gauge for its value at each scrape', async () => {
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

  it('tells this machine how long requests took by route, and how the process is', async () => {
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
    'refuses a caller that a proxy on this machine passed on, seen by its %s',
    async (header) => {
      expect((await scrape(open, { [header]: '127.0.0.1' })).status).toBe(403);
    },
  );

  it('takes the token, and then only the token', async () => {
    expect((await scrape(closed, { authorization: `Bearer ${token}` })).status).toBe(200);
    for (const authorization of ['', token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer ']) {
      expect((await scrape(closed, { authorization })).status).toBe(403);
    }
    expect((await scrape(closed)).status).toBe(403);
  });
});
