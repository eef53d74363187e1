import { describe, expect, it } from '@jest/globals';
import { loggedEvent, type LoggedEvent } from '../../platform/events/logged-event.js';
import type { TraceParent } from '../../platform/tracing/trace-parent.js';
import { Tracing, type Span, type SpanAttributes, type SpanExport } from '../../platform/tracing/tracing.js';
import { EventBatch } from './event-batch.js';
import { deliveryTrace } from './trace-delivery.js';

const CHANNEL = 'topic:1/cars';
const traceNumber = (n: number): string => `00-${String(n).padStart(32, 'a')}-${'b'.repeat(16)}-01`;

/** Keeps the ended spans. */
class EndedSpans implements SpanExport {
  readonly ended: (SpanAttributes & { readonly traceId: string | undefined })[] = [];

  start(_name: string, _kind: string, parent: TraceParent | undefined): Span {
    let all: SpanAttributes = {};
    return {
      trace: '',
      child: () => this.start('', '', parent),
      set: (attributes) => (all = { ...all, ...attributes }),
      end: () => this.ended.push({ ...all, traceId: parent?.traceId }),
      fail: () => undefined,
    };
  }

  async close(): Promise<void> {}
}

function event(offset: number, trace?: string, payload: unknown = {}): LoggedEvent {
  const id = `019a0000-0000-7000-8000-${String(offset).padStart(12, '0')}`;
  const fields = { type: 'car:washed', id, channel: CHANNEL, offset, ts: 1, actor: null };
  return loggedEvent({ ...fields, trace: trace ?? null, payload: JSON.stringify(payload) });
}

const batchOf = (...events: LoggedEvent[]): EventBatch => EventBatch.joined(EventBatch.of(events));

describe('the trace of a delivery', () => {
  it('is undefined where nothing is traced', () => {
    expect(deliveryTrace(new Tracing())).toBeUndefined();
  });

  it('has one span for each traced event of a batch, whatever the number of connections', () => {
    const spans = new EndedSpans();
    const begin = deliveryTrace(new Tracing(spans));
    const end = begin?.(CHANNEL, batchOf(event(1), event(2, traceNumber(2)), event(3), event(4, traceNumber(4))));
    expect(spans.ended).toEqual([]);
    end?.(10_000);
    expect(spans.ended).toMatchObject([
      { traceId: traceNumber(2).slice(3, 35), 'tidings.offset': 2, 'tidings.connections': 10_000 },
      { traceId: traceNumber(4).slice(3, 35), 'tidings.offset': 4, 'tidings.channel': CHANNEL },
    ]);
  });

  it('decodes no batch without a trace', () => {
    const begin = deliveryTrace(new Tracing(new EndedSpans()));
    expect(begin?.(CHANNEL, batchOf(event(1), event(2)))).toBeUndefined();
  });

  it('takes no trace from a payload', () => {
    const spans = new EndedSpans();
    const end = deliveryTrace(new Tracing(spans))?.(
      CHANNEL,
      batchOf(event(1, undefined, { a: 1, trace: traceNumber(1) })),
    );
    end?.(1);
    expect(spans.ended).toEqual([]);
  });
});
