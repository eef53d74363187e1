import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WriteTraffic } from '../../src/access/traffic/write-traffic.js';
import { WriteLatencies } from '../../src/realtime/metrics/write-latencies.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { makeSource, post, postGithub } from '../support/webhooks.js';

interface Stats {
  buckets: { at: string; webhooks: number | null; events: number; sent: number }[];
  backlog: { count: number; oldestAt: string | null; stopped: boolean } | null;
}
interface Latency {
  total: { count: number; p50Ms: number | null; p99Ms: number | null };
  buckets: { at: string; count: number }[];
}

let tidings: RunningTidings;
let api: Api;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
}, 60_000);
afterAll(() => tidings?.stop());

const statsOf = (by: Api, query = 'bucket=minute') => by.get<Stats>(`/v1/workspaces/${ws}/stats?${query}`);
const sums = ({ buckets }: Stats) => ({
  webhooks: buckets.reduce((sum, bucket) => sum + (bucket.webhooks ?? 0), 0),
  events: buckets.reduce((sum, bucket) => sum + bucket.events, 0),
  sent: buckets.reduce((sum, bucket) => sum + bucket.sent, 0),
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${tidings.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

describe('the figures of a workspace', () => {
  const sockets: TestSocket[] = [];
  let before: ReturnType<typeof sums>;

  beforeAll(async () => {
    const channel = `webhooks:${ws}`;
    for (let i = 0; i < 2; i++) {
      const socket = await TestSocket.connect(tidings.url, api.token);
      await socket.ask('subscribe', { channel });
      sockets.push(socket);
    }
    const source = await makeSource(api, ws, { provider: 'github' });
    await tidings.app.get(WriteTraffic).run();
    before = sums((await statsOf(api)).body);
    const deliveryId = '7d2f0f0e-0f6c-4f43-9c0d-000000000001';
    const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
    for (let i = 0; i < 2; i++) await postGithub(source, { body, deliveryId });
    await postGithub(source, { body });
    await post(source.url, body);
    await eventually('both sockets have both events', () =>
      sockets.every((socket) => socket.events(channel).length === 2),
    );
    await tidings.app.get(WriteTraffic).run();
    await tidings.app.get(WriteLatencies).run();
  }, 60_000);
  afterAll(() => sockets.forEach((socket) => socket.cut()));

  it('count webhooks without duplicates, their events, and each event once per connection', async () => {
    const { status, body } = await statsOf(api);
    const after = sums(body);
    expect(status).toBe(200);
    expect({ webhooks: after.webhooks - before.webhooks, sent: after.sent - before.sent }).toEqual({
      webhooks: 2,
      sent: 4,
    });
    expect(after.events - before.events).toBeGreaterThanOrEqual(2);
    expect(body.backlog).toEqual({ count: 0, oldestAt: null, stopped: false });
  });

  it('are the same in hours as in minutes, also beyond the two days of minutes', async () => {
    const since = new Date(Date.now() - 7 * 86_400_000).toISOString();
    expect(sums((await statsOf(api, `bucket=hour&since=${since}`)).body)).toEqual(sums((await statsOf(api)).body));
  });

  it('hide webhooks and the backlog from a member without webhooks:read', async () => {
    const member = await signUp(api, 'blind@example.com');
    const rights = { role: 'member', grant: [], deny: ['webhooks:read'] };
    await api.put(`/v1/workspaces/${ws}/members/${member.userId}`, rights);
    const { status, body } = await statsOf(member);
    expect(status).toBe(200);
    expect(body.backlog).toBeNull();
    expect(new Set(body.buckets.map(({ webhooks }) => webhooks))).toEqual(new Set([null]));
  });

  it('are not found by a stranger', async () => {
    expect((await statsOf(await signUp(api, 'strange@example.com'))).status).toBe(404);
  });

  it.each([
    'bucket=90',
    'bucket=0',
    'bucket=minute&since=2020-01-01T00:00:00Z',
    'since=2020-01-01T00:00:00Z',
    'since=9000-01-01T00:00:00Z',
  ])('refuse the window %s', async (query) => {
    expect((await statsOf(api, query)).status).toBe(400);
  });

  it('show administrators the latency from webhook to socket', async () => {
    const { status, body } = await api.get<Latency>('/v1/system/latency?bucket=minute');
    expect(status).toBe(200);
    expect(body.total.count).toBeGreaterThanOrEqual(1);
    expect(body.total.p99Ms).toBeGreaterThan(0);
    expect(body.total.p99Ms).toBeLessThan(60_000);
    expect(body.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(body.total.count);
    const member = await signUp(api, 'curious@example.com');
    expect((await member.get('/v1/system/latency')).status).toBe(403);
  });

  it('agree with the metrics of the process', async () => {
    expect(await metric('tidings_webhooks_accepted_total{outcome="new"}')).toBe(2);
    expect(await metric('tidings_webhooks_accepted_total{outcome="duplicate"}')).toBe(1);
    expect(await metric('tidings_webhooks_processed_total{outcome="processed"}')).toBe(2);
    expect(await metric('tidings_webhooks_refused_total{cause="signature"}')).toBe(1);
    expect(await metric('tidings_events_delivered_total')).toBeGreaterThanOrEqual(4);
    expect(await metric('tidings_webhook_commit_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(await metric('tidings_webhook_event_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(await metric('tidings_webhook_socket_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(await metric('tidings_jobs_total{queue="deliveries",outcome="done"}')).toBeGreaterThanOrEqual(1);
    expect(await metric('tidings_job_run_seconds_count{queue="deliveries"}')).toBeGreaterThanOrEqual(1);
    expect(await metric('tidings_process_info{version="0.1.0",roles="api,gateway,worker"}')).toBe(1);
  });
});
