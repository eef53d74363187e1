import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spansIn } from '../../../test/support/otlp.js';
import { eventually } from '../../../test/support/eventually.js';
import { startReceiver, type Receiver } from '../../../test/support/receiver.js';
import { Metrics } from '../metrics/metrics.js';
import { ExportReport } from './export-report.js';
import { OtlpExport } from './otlp-export.js';

const PARENT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isSampled: true };

let collector: Receiver;
let metrics: Metrics;
let exported: OtlpExport;

const countOf = async (outcome: string): Promise<number> =>
  Number(new RegExp(`tidings_trace_spans_total\\{outcome="${outcome}"\\} (\\d+)`).exec(await metrics.text())?.[1]);

const endSpans = (count: number): void => {
  for (let i = 0; i < count; i++) exported.start('a span', 'internal', PARENT).end();
};

const never = (): Promise<number> => new Promise(() => undefined);

beforeEach(async () => {
  collector = await startReceiver();
  metrics = new Metrics();
  const target = { endpoint: collector.url, headers: { 'x-key': 'k' }, serviceName: 'a service' };
  exported = new OtlpExport(target, new ExportReport(metrics));
});
afterEach(() => collector.close());

describe('OtlpExport', () => {
  it('sends ended spans with their parents and attributes', async () => {
    const span = exported.start('outer', 'server', PARENT);
    span.set({ 'tidings.events': 3, 'tidings.duplicate': false, 'tidings.provider': 'github' });
    span.child('inner').end();
    span.end();
    await eventually('both arrive', () => spansIn(collector, PARENT.traceId).length === 2);
    const [inner, outer] = spansIn(collector, PARENT.traceId);
    expect(outer).toMatchObject({
      name: 'outer',
      parentSpanId: PARENT.spanId,
      service: 'a service',
      attributes: { 'tidings.events': 3, 'tidings.duplicate': false, 'tidings.provider': 'github' },
    });
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer?.spanId });
    expect(span.trace).toBe(`00-${PARENT.traceId}-${outer?.spanId}-01`);
    expect(collector.received[0]?.headers['x-key']).toBe('k');
    expect(await countOf('exported')).toBe(2);
  });

  it('never sends a span that does not end', async () => {
    exported.start('unfinished', 'server', PARENT);
    endSpans(1);
    await eventually('the other one arrives', () => spansIn(collector, PARENT.traceId).length > 0);
    expect(spansIn(collector, PARENT.traceId).map(({ name }) => name)).toEqual(['a span']);
  });

  it('cuts long attributes, and sends the name of an error without its message', async () => {
    const span = exported.start('failed', 'internal', PARENT);
    span.set({ 'tidings.channel': 'c'.repeat(10_000) });
    span.fail(new TypeError('a secret of the body'));
    await eventually('it arrives', () => spansIn(collector, PARENT.traceId).length === 1);
    const [failed] = spansIn(collector, PARENT.traceId);
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TypeError' } });
    expect(failed?.attributes['tidings.channel']).toHaveLength(300);
    expect(collector.received[0]?.body).not.toContain('a secret of the body');
  });

  it('counts the spans that a collector refuses', async () => {
    collector.answer = () => 400;
    endSpans(3);
    await eventually('they are counted', async () => (await countOf('dropped')) === 3);
    expect(await countOf('exported')).toBe(0);
  });

  it('holds at most 4,096 spans for a collector that hangs, and closes in time', async () => {
    collector.answer = never;
    endSpans(5_000);
    expect(await countOf('dropped')).toBe(5_000 - 4_096);
    const begin = performance.now();
    await exported.close();
    expect(performance.now() - begin).toBeLessThan(3_000);
    expect(await countOf('dropped')).toBe(5_000);
  });

  it('sends the spans that wait when it closes', async () => {
    endSpans(1_000);
    await exported.close();
    expect(spansIn(collector, PARENT.traceId)).toHaveLength(1_000);
  });
});
