import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { parseTraceParent, type TraceParent } from './trace-parent.js';

/** `server` and `client`: a call over HTTP; `consumer`: work that a stored row describes; `internal`: the rest. */
export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';

/** Names follow the semantic conventions of OpenTelemetry, or begin with `tidings.`. Never a secret, never a body. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A recorded part of a trace. A span that never ends is not exported. */
export interface Span {
  /** The `traceparent` with this span as the parent. */
  readonly trace: string;
  child(name: string): Span;
  set(attributes: SpanAttributes): void;
  end(): void;
  /** Ends it as failed. Of an error only the name is exported: its message may quote a body. */
  fail(cause: string | Error): void;
}

export interface SpanExport {
  start(name: string, kind: SpanKind, parent: TraceParent | undefined): Span;
  /** Exports the ended spans, as far as that is possible in time. */
  close(): Promise<void>;
}

/**
 * Begins the spans of this process. Without an export, and for a trace that is not sampled, each method returns
 * undefined: set attributes with `span?.set({ … })`, which then evaluates nothing.
 */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  /** @param share of the traces that begin here and are recorded, from 0 to 1 */
  constructor(
    private readonly exported?: SpanExport,
    private readonly share = 1,
  ) {}

  get isOn(): boolean {
    return this.exported !== undefined;
  }

  /** For a request: the flag in its `traceparent` header decides; without a valid one, chance does. */
  begin(name: string, kind: SpanKind, header: unknown): Span | undefined {
    if (this.exported === undefined) return undefined;
    const parent = parseTraceParent(header);
    const isSampled = parent?.isSampled ?? Math.random() < this.share;
    return isSampled ? this.exported.start(name, kind, parent) : undefined;
  }

  /** @param trace the `traceparent` that was stored for this work; null or undefined: it is not sampled */
  continue(name: string, kind: SpanKind, trace: string | null | undefined): Span | undefined {
    if (this.exported === undefined || !trace) return undefined;
    const parent = parseTraceParent(trace);
    return parent?.isSampled === true ? this.exported.start(name, kind, parent) : undefined;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.exported?.close();
  }
}
