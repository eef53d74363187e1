import { describe, expect, it } from '@jest/globals';
import type { TraceParent } from './trace-parent.js';
import { Tracing, type Span, type SpanExport } from './tracing.js';

const SAMPLED = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const UNSAMPLED = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;

class StartedSpans implements SpanExport {
  readonly parents: (TraceParent | undefined)[] = [];

  start(_name: string, _kind: string, parent: TraceParent | undefined): Span {
    this.parents.push(parent);
    return { trace: SAMPLED } as Span;
  }

  async close(): Promise<void> {}
}

const began = (share: number, header: unknown): boolean =>
  new Tracing(new StartedSpans(), share).begin('a request', 'server', header) !== undefined;

describe('Tracing', () => {
  it('begins and continues nothing without an export', () => {
    const tracing = new Tracing();
    expect(tracing.isOn).toBe(false);
    expect(tracing.begin('a request', 'server', SAMPLED)).toBeUndefined();
    expect(tracing.continue('a job', 'consumer', SAMPLED)).toBeUndefined();
  });

  it('follows the flag of a request, whatever the share', () => {
    expect(began(0, SAMPLED)).toBe(true);
    expect(began(1, UNSAMPLED)).toBe(false);
  });

  it('takes the share for a request without a valid header', () => {
    for (const header of [undefined, 'malformed']) {
      expect(began(1, header)).toBe(true);
      expect(began(0, header)).toBe(false);
    }
    const tracing = new Tracing(new StartedSpans(), 0.25);
    const spans = Array.from({ length: 4_000 }, () => tracing.begin('a request', 'server', undefined));
    const share = spans.filter((span) => span !== undefined).length / 4_000;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
  });

  it('continues a stored trace with its parent, and only a sampled one', () => {
    const exported = new StartedSpans();
    const tracing = new Tracing(exported, 1);
    expect(tracing.continue('a job', 'consumer', SAMPLED)).toBeDefined();
    for (const trace of [null, undefined, '', UNSAMPLED]) {
      expect(tracing.continue('a job', 'consumer', trace)).toBeUndefined();
    }
    expect(exported.parents).toMatchObject([{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }]);
  });
});
