import {
  ROOT_CONTEXT,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span as OtelSpan,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportReport } from './export-report.js';
import { writeTraceParent, type TraceParent } from './trace-parent.js';
import type { Span, SpanAttributes, SpanExport, SpanKind } from './tracing.js';

export interface OtlpTarget {
  /** The base URL of the collector; `/v1/traces` is appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

const BATCH_DELAY_MS = 1_000;
/** Spans in memory, those of the request under way included. More are dropped. */
const MAX_WAITING = 4_096;
const SPANS_PER_REQUEST = 512;
const REQUEST_TIMEOUT_MS = 5_000;
/** At shutdown; the drain of a process takes up to 9.5 s in all. */
const CLOSE_WITHIN_MS = 1_500;
const MAX_ATTRIBUTE_LENGTH = 300;

const KINDS = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  consumer: OtelKind.CONSUMER,
  internal: OtelKind.INTERNAL,
} as const satisfies Record<SpanKind, OtelKind>;

/**
 * Exports spans over OTLP/HTTP in the background, in batches with bounded memory. A collector that is slow or gone
 * costs spans, and nothing else. This is the only file that loads OpenTelemetry; it sets nothing up globally.
 */
export class OtlpExport implements SpanExport {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private waiting = 0;

  constructor(
    { endpoint, headers, serviceName }: OtlpTarget,
    private readonly report: ExportReport,
  ) {
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const otlp = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: REQUEST_TIMEOUT_MS });
    const batches = new BatchSpanProcessor({
      exporter: this.counted(otlp),
      maxQueueSize: MAX_WAITING,
      maxExportBatchSize: SPANS_PER_REQUEST,
      scheduledDelayMillis: BATCH_DELAY_MS,
    });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': randomUUID() }),
      // The decision is made before a span begins, so that one that is not sampled costs nothing.
      sampler: new AlwaysOnSampler(),
      spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
      spanProcessors: [
        {
          onStart: () => undefined,
          onEnd: (span) => {
            if (this.waiting >= MAX_WAITING) return this.report.dropped(1, 'the queue is full');
            this.waiting += 1;
            return batches.onEnd(span);
          },
          forceFlush: () => batches.forceFlush(),
          shutdown: () => batches.shutdown(),
        },
      ],
    });
    this.tracer = this.provider.getTracer('tidings');
  }

  start(name: string, kind: SpanKind, parent: TraceParent | undefined): Span {
    const context = parent === undefined ? ROOT_CONTEXT : contextOf(parent);
    return new RecordedSpan(this.tracer, this.tracer.startSpan(name, { kind: KINDS[kind] }, context));
  }

  async close(): Promise<void> {
    const ended = this.provider.shutdown().catch(() => undefined);
    await Promise.race([ended, delay(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    if (this.waiting > 0) this.report.dropped(this.waiting, 'the process has stopped');
  }

  private counted(otlp: SpanExporter): SpanExporter {
    return {
      export: (spans, done) =>
        otlp.export(spans, (result) => {
          this.waiting -= spans.length;
          if (result.error === undefined) this.report.exported(spans.length);
          else this.report.dropped(spans.length, reasonOf(result.error));
          done(result);
        }),
      shutdown: () => otlp.shutdown(),
    };
  }
}

class RecordedSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: OtelSpan,
  ) {}

  get trace(): string {
    return writeTraceParent(this.span.spanContext());
  }

  child(name: string): Span {
    const context = trace.setSpan(ROOT_CONTEXT, this.span);
    return new RecordedSpan(this.tracer, this.tracer.startSpan(name, { kind: OtelKind.INTERNAL }, context));
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(): void {
    this.span.end();
  }

  fail(cause: string | Error): void {
    this.span.setAttribute('error.type', typeof cause === 'string' ? cause : cause.name);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

const contextOf = ({ traceId, spanId }: TraceParent): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });

/** A host with several addresses fails with an AggregateError that has no message of its own. */
const reasonOf = (error: Error & { code?: unknown }): string => error.message || String(error.code ?? error.name);
