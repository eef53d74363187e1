import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface Declaration<Label extends string> {
  /** Counters end in `_total`, durations in `_seconds`. */
  readonly name: `tidings_${string}`;
  readonly help: string;
  /** Labels with few values each: never the id of an object that users can create. */
  readonly labels?: readonly Label[];
}

interface CounterDeclaration<Label extends string> extends Declaration<Label> {
  /** Samples that are 0 from the start: `increase` does not see the first increment of a sample that was not there. */
  readonly startsWith?: ReadonlyArray<Readonly<Record<Label, string>>>;
}

interface GaugeDeclaration<Label extends string> extends Declaration<Label> {
  /** Called at every scrape to set the gauge, instead of at every change. */
  readonly collect?: (gauge: Gauge<Label>) => void | Promise<void>;
}

interface HistogramDeclaration<Label extends string> extends Declaration<Label> {
  /** Ascending upper bounds, in the unit of the name. */
  readonly buckets?: readonly number[];
}

/** From half a millisecond, as for a local response, to 10 s, when clients have given up. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one app. Declaring a name again returns the existing metric, so classes can declare their metrics in
 * the constructor: `this.accepted = metrics.counter({ name: 'tidings_frames_received_total', help, labels })`.
 */
@Injectable()
export class Metrics {
  /** One per app, not per process: tests start many apps in one process. */
  private readonly registry = new Registry();

  counter<const Label extends string = never>(declaration: CounterDeclaration<Label>): Counter<Label> {
    const { labels = [], startsWith = [], ...rest } = declaration;
    return this.declared(rest.name, Counter<Label>, () => {
      const counter = new Counter({ ...rest, ...this.common(labels) });
      for (const sample of startsWith) counter.inc(sample, 0);
      return counter;
    });
  }

  gauge<const Label extends string = never>({ labels = [], collect, ...rest }: GaugeDeclaration<Label>): Gauge<Label> {
    return this.declared(rest.name, Gauge<Label>, () => {
      const gauge: Gauge<Label> = new Gauge({
        ...rest,
        ...this.common(labels),
        ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
      });
      return gauge;
    });
  }

  histogram<const Label extends string = never>(declaration: HistogramDeclaration<Label>): Histogram<Label> {
    const { labels = [], buckets = SECONDS, ...rest } = declaration;
    return this.declared(
      rest.name,
      Histogram<Label>,
      () => new Histogram({ ...rest, ...this.common(labels), buckets: [...buckets] }),
    );
  }

  /** All metrics, including those of the process, in the Prometheus text format. */
  async text(): Promise<string> {
    return Registry.merge([processMetrics(), this.registry]).metrics();
  }

  /** @throws Error when the name belongs to a metric of another type */
  private declared<M>(name: string, type: new (...args: never[]) => M, make: () => M): M {
    const existing: unknown = this.registry.getSingleMetric(name);
    if (existing === undefined) return make();
    if (existing instanceof type) return existing;
    throw new Error(`The metric ${name} is declared as two types.`);
  }

  private common<Label extends string>(labels: readonly Label[]) {
    return { labelNames: [...labels], registers: [this.registry] };
  }
}

let processRegistry: Registry | undefined;

/** Memory, CPU and event-loop delay belong to the process, and are collected only once for all its apps. */
function processMetrics(): Registry {
  if (processRegistry === undefined) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}
