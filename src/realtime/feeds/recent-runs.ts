import type { EventRun } from './event-run.js';

const MOST_EVENTS = 256;
const MOST_BYTES = 128 * 1024;

/** The newest events of a channel, kept so that a short interruption is made up for without asking the database. */
export class RecentRuns {
  private runs: EventRun[] = [];
  private events = 0;
  private bytes = 0;

  add(run: EventRun): void {
    this.runs.push(run);
    this.events += run.size;
    this.bytes += run.byteLength;
    while (this.events > MOST_EVENTS || this.bytes > MOST_BYTES) this.forgetOldest();
  }

  /** The runs that hold every event after `offset`; undefined when they don't reach back that far. */
  after(offset: number): readonly EventRun[] | undefined {
    const start = this.runs.findIndex((run) => run.last > offset);
    const first = this.runs[start];
    return first === undefined || first.first > offset + 1 ? undefined : this.runs.slice(start);
  }

  clear(): void {
    this.runs = [];
    this.events = 0;
    this.bytes = 0;
  }

  private forgetOldest(): void {
    const run = this.runs.shift();
    this.events -= run?.size ?? this.events;
    this.bytes -= run?.byteLength ?? this.bytes;
  }
}
