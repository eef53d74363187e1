import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TracedEvent } from '../../client/src/tidings.js';
import type { Api, Schemas } from '../support/api.js';
import { makeClient, Notes } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { spansIn, type ReceivedSpan } from '../support/otlp.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { githubHeaders, makeSource, post, type Accepted, type TestSource } from '../support/webhooks.js';

const TOKEN = `collector-${randomUUID()}`;
const BODY_SECRET = `in the body ${randomUUID()}`;
const SENDER_SPAN = 'b7ad6b7169203331';

let database: TestDatabase;
let collector: Receiver;
let endpoint: Receiver;
let processes: ServerProcess[];
let gatewayUrl: string;
let api: Api;
let workspaceId: string;
let source: TestSource;
let made: Schemas['EndpointWithSecret'];
let rows: pg.Client;
let traceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  collector = await startReceiver();
  endpoint = await startReceiver();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '4',
    JWT_SECRET: randomUUID() + randomUUID(),
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `tracing-${randomUUID()}`,
    OUTBOUND_TO_LOOPBACK: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${TOKEN}`,
    OTEL_SERVICE_NAME: 'tidings-test',
    OTEL_TRACES_SAMPLER_ARG: '0',
  };
  processes = await Promise.all(
    ['api', 'worker', 'gateway'].map((role) => ServerProcess.make({ ...settings, ROLE: role })),
  );
  await processes[0]?.start();
  await Promise.all(processes.slice(1).map((one) => one.start()));
  gatewayUrl = processes[2]?.url ?? '';
  ({ api, workspaceId } = await signInAsAdministrator(processes[0]?.url ?? ''));
  source = await makeSource(api, workspaceId, { provider: 'github' });
  const request = { name: 'traced', url: `${endpoint.url}/secret-path`, eventTypes: [] };
  made = (await api.post<Schemas['EndpointWithSecret']>(`/v1/workspaces/${workspaceId}/endpoints`, request)).body;
  rows = new pg.Client({ connectionString: database.url });
  await rows.connect();
}, 120_000);
afterAll(async () => {
  await rows?.end();
  for (const one of processes ?? []) await one.dispose();
  await collector?.close();
  await endpoint?.close();
  await database?.drop();
});

let notes: Notes;
let traced: TracedEvent[];
let client: ReturnType<typeof makeClient>;

beforeEach(async () => {
  traceId = randomBytes(16).toString('hex');
  notes = new Notes();
  traced = [];
  client = makeClient(gatewayUrl, () => api.token, {
    trace: (event, handle) => {
      traced.push(event);
      return handle();
    },
  });
  client.connect();
  client.subscribe(`webhooks:${workspaceId}`, notes);
  await notes.isLive();
});
afterEach(() => client.close());

const spans = (): ReceivedSpan[] => spansIn(collector, traceId);
const named = (name: string): ReceivedSpan | undefined => spans().find((span) => span.name === name);

const send = (headers: Record<string, string> = {}): Promise<Accepted> => {
  const body = JSON.stringify({ ref: 'refs/heads/main', note: BODY_SECRET });
  return post(source.url, body, { ...githubHeaders({ body, secret: source.secret }), ...headers });
};

const isSent = (deliveryId: string) =>
  eventually('the endpoint has got the event', () =>
    endpoint.received.find(({ body }) => body.includes(`"deliveryId":"${deliveryId}"`)),
  );

const tracesOf = async (deliveryId: string) => {
  const { rows: found } = await rows.query<{ delivery: string | null; event: string | null }>(
    `SELECT deliveries.trace AS delivery, events.trace AS event
     FROM deliveries JOIN events ON events.id = deliveries.event_id WHERE deliveries.id = $1`,
    [deliveryId],
  );
  return found[0];
};

const eventInLog = async (deliveryId: string) => {
  const path = `/v1/workspaces/${workspaceId}/events?channel=webhooks:${workspaceId}&latest=10`;
  const { body } = await api.get<{ items: { trace?: string; payload: { deliveryId: string } }[] }>(path);
  return body.items.find(({ payload }) => payload.deliveryId === deliveryId);
};

const STAGES = ['webhook receive', 'commit', 'webhook process', 'event append', 'event deliver', 'outbound attempt'];

describe('a webhook with a sampled traceparent', () => {
  it('is one trace over api, worker, gateway and endpoint, which the client continues', async () => {
    const { status, deliveryId } = await send({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    expect(status).toBe(202);
    await notes.has(1);
    const request = await isSent(deliveryId);
    await eventually('every stage has a span', () => STAGES.every((name) => named(name) !== undefined));

    const idOf = (name: string) => named(name)?.spanId;
    expect(
      spans()
        .map(({ name, parentSpanId }) => [name, parentSpanId])
        .toSorted(),
    ).toEqual(
      [
        ['webhook receive', SENDER_SPAN],
        ['commit', idOf('webhook receive')],
        ['webhook process', idOf('webhook receive')],
        ['event append', idOf('webhook process')],
        ['event deliver', idOf('event append')],
        ['outbound attempt', idOf('event append')],
      ].toSorted(),
    );
    const trace = `00-${traceId}-${idOf('event append')}-01`;
    expect(traced.map((event) => event.trace)).toEqual([trace]);
    expect(await eventInLog(deliveryId)).toMatchObject({ trace });
    expect(JSON.parse(request.body)).toMatchObject({ data: { trace } });
    expect(request.headers).toMatchObject({ traceparent: `00-${traceId}-${idOf('outbound attempt')}-01` });
  });

  it('has attributes that say where it was, and no secret', async () => {
    const { deliveryId } = await send({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    await eventually('every stage has a span', () => STAGES.every((name) => named(name) !== undefined));

    const ids = { 'tidings.workspace_id': workspaceId, 'tidings.delivery_id': deliveryId };
    const http = { 'http.request.method': 'POST', 'http.response.status_code': 202 };
    const from = { 'tidings.source_id': source.id, 'tidings.provider': 'github' };
    expect(named('webhook receive')).toMatchObject({ kind: 2, attributes: { ...ids, ...http, ...from } });
    expect(named('webhook process')).toMatchObject({ kind: 5, attributes: { ...ids, ...from } });
    expect(named('event deliver')?.attributes).toMatchObject({
      'tidings.channel': `webhooks:${workspaceId}`,
      'tidings.connections': 1,
    });
    expect(named('outbound attempt')).toMatchObject({
      kind: 3,
      attributes: { 'server.address': '127.0.0.1', 'http.response.status_code': 204, 'tidings.endpoint_id': made.id },
    });
    expect(new Set(spans().map(({ service }) => service))).toEqual(new Set(['tidings-test']));
    expect(collector.received.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
    const exported = collector.received.map(({ body }) => body).join('\n');
    const key = new URL(source.url).pathname.split('/').at(-1) ?? source.url;
    const secrets = [TOKEN, BODY_SECRET, source.secret, key, made.secret, 'secret-path', api.token];
    expect(secrets.filter((secret) => exported.includes(secret))).toEqual([]);
  });

  it('fails its attempt when the endpoint refuses', async () => {
    endpoint.answer = () => 500;
    await send({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    const failed = await eventually('the attempt has a span', () => named('outbound attempt'));
    endpoint.answer = () => 204;
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '500' } });
  });

  it('has no span if its signature is wrong', async () => {
    const headers = { traceparent: `00-${traceId}-${SENDER_SPAN}-01` };
    expect(await send({ ...headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).toMatchObject({
      status: 401,
    });
    await send(headers);
    await eventually('every stage has a span', () => STAGES.every((name) => named(name) !== undefined));
    expect(spans().filter(({ name }) => name === 'webhook receive')).toHaveLength(1);
  });
});

describe('a webhook that is not sampled', () => {
  it.each([
    ['by the flag of its traceparent', () => ({ traceparent: `00-${traceId}-${SENDER_SPAN}-00` })],
    ['by the share of new traces', () => ({})],
  ])('leaves no span and no trace: %s', async (_reason, headers) => {
    const before = collector.received.length;
    const { deliveryId } = await send(headers());
    await notes.has(1);
    const request = await isSent(deliveryId);

    expect(notes.events[0]).not.toHaveProperty('trace');
    expect(await eventInLog(deliveryId)).not.toHaveProperty('trace');
    expect(request.body).not.toContain('"trace"');
    expect(request.headers['traceparent']).toBeUndefined();
    expect(await tracesOf(deliveryId)).toEqual({ delivery: null, event: null });
    // A later trace is exported, so one of this webhook would have been, too.
    traceId = randomBytes(16).toString('hex');
    await send({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    await eventually('the later trace is exported', () => STAGES.every((name) => named(name) !== undefined));
    const exported = collector.received.slice(before).map(({ body }) => body);
    expect(exported.some((body) => body.includes(deliveryId))).toBe(false);
  });
});

describe('a published event', () => {
  it('continues the traceparent of its call', async () => {
    const channel = `topic:${workspaceId}/traced`;
    const topic = new Notes();
    client.subscribe(channel, topic);
    const events = [{ channel, type: 'car:washed', payload: { note: BODY_SECRET } }];
    const call = api.with({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    expect((await call.post(`/v1/workspaces/${workspaceId}/events`, { events })).status).toBe(201);
    const appended = await eventually('it is appended', () => named('event append'));
    const published = await eventually('the call has a span', () => named('event publish'));
    expect(published).toMatchObject({ parentSpanId: SENDER_SPAN, kind: 2 });
    expect(appended).toMatchObject({ parentSpanId: published.spanId });
    const attempt = await eventually('the endpoint has got it', () => named('outbound attempt'));
    expect(attempt.parentSpanId).toBe(appended.spanId);
  });
});

describe('the shutdown', () => {
  it('exports the last spans', async () => {
    const [first] = processes;
    const { deliveryId } = await send({ traceparent: `00-${traceId}-${SENDER_SPAN}-01` });
    await first?.terminate();
    expect(named('webhook receive')?.attributes).toMatchObject({ 'tidings.delivery_id': deliveryId });
  });
});
