import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { deliveryOf, post, webhookEvents } from '../support/webhooks.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SAMPLED = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

let tidings: RunningTidings | undefined;
let collector: Receiver;

beforeEach(async () => {
  collector = await startReceiver();
});
afterEach(async () => {
  await tidings?.stop();
  await collector.close();
});

/** Sends a sampled webhook, and waits for its event. */
async function traceWebhook({ openSourceUrl, api, workspaceId }: RunningTidings) {
  const begin = performance.now();
  const { status, deliveryId } = await post(openSourceUrl, 'traced', SAMPLED);
  const tookMs = performance.now() - begin;
  await eventually('it is processed', async () => (await deliveryOf(api, workspaceId, deliveryId)).eventId !== null);
  return { status, tookMs, deliveryId };
}

describe('a service without a collector', () => {
  it('stores and shows no trace, whatever the sender asks for', async () => {
    tidings = await startTidings();
    await traceWebhook(tidings);
    const events = await webhookEvents(tidings.api, tidings.workspaceId);
    expect(events).toHaveLength(1);
    expect(events[0]).not.toHaveProperty('trace');
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT trace FROM deliveries UNION ALL SELECT trace FROM events');
    await client.end();
    expect(rows.every(({ trace }) => trace === null)).toBe(true);
  });
});

describe('a service whose collector is away', () => {
  const droppedBy = async ({ url }: RunningTidings): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/tidings_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(text)?.[1]);
  };

  it('accepts and processes webhooks, and counts the lost spans', async () => {
    tidings = await startTidings({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` });
    const { status, tookMs } = await traceWebhook(tidings);
    expect(status).toBe(202);
    expect(tookMs).toBeLessThan(1_500);
    const running = tidings;
    await eventually('the spans are counted', async () => (await droppedBy(running)) > 0, 20_000);
  });

  it('accepts webhooks and stops in time while the collector hangs', async () => {
    collector.answer = () => new Promise(() => undefined);
    tidings = await startTidings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const { status, tookMs } = await traceWebhook(tidings);
    expect(status).toBe(202);
    expect(tookMs).toBeLessThan(1_500);
    await eventually('the collector has got a request', () => collector.received.length > 0);
    const begin = performance.now();
    await tidings.stop();
    tidings = undefined;
    expect(performance.now() - begin).toBeLessThan(8_000);
  });
});
