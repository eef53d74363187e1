import type { EventBatch } from './event-batch.js';

const MAX_EVENTS = 256;
const MAX_BYTES = 128 * 1024;

/** The newest events of a channel, so that a client can resume after a short interruption without a query. */
export class RecentEvents {
  private batches: EventBatch[] = [];
  private events = 0;
  private bytes = 0;

  add(batch: EventBatch): void {
    this.batches.push(batch);
    this.events += batch.size;
    this.bytes += batch.byteLength;
    while (this.events > MAX_EVENTS || this.bytes > MAX_BYTES) this.evictOldest();
  }

  /** The batches that hold every event after `offset`; undefined if they don't reach back that far. */
  after(offset: number): readonly EventBatch[] | undefined {
    const start = this.batches.findIndex((batch) => batch.last > offset);
    const first = this.batches[start];
    return first === undefined || first.first > offset + 1 ? undefined : this.batches.slice(start);
  }

  clear(): void {
    this.batches = [];
    this.events = 0;
    this.bytes = 0;
  }

  private evictOldest(): void {
    const batch = this.batches.shift();
    this.events -= batch?.size ?? this.events;
    this.bytes -= batch?.byteLength ?? this.bytes;
  }
}
