import { Logger } from '@nestjs/common';
import type { Metrics } from '../metrics/metrics.js';

const LOG_EVERY_MS = 60_000;

/** Counts the spans that were exported and dropped, and logs the dropped ones at most once a minute. */
export class ExportReport {
  private readonly logger = new Logger('tracing');
  private readonly spans;
  private loggedAt: number | undefined;
  private unlogged = 0;

  constructor(metrics: Metrics) {
    this.spans = metrics.counter({
      name: 'tidings_trace_spans_total',
      help: 'Spans of traces: `exported` to the collector, or `dropped` because it was too slow or gone.',
      labels: ['outcome'],
      startsWith: [{ outcome: 'exported' }, { outcome: 'dropped' }],
    });
  }

  exported(count: number): void {
    this.spans.inc({ outcome: 'exported' }, count);
  }

  dropped(count: number, reason: string): void {
    this.spans.inc({ outcome: 'dropped' }, count);
    this.unlogged += count;
    const now = performance.now();
    if (this.loggedAt !== undefined && now < this.loggedAt + LOG_EVERY_MS) return;
    this.loggedAt = now;
    this.logger.warn({ msg: 'spans of traces were dropped', count: this.unlogged, reason });
    this.unlogged = 0;
  }
}
