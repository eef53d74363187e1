import { KeyCounts } from './key-counts.js';

/** Limits on running and waiting items, so that a stalled database costs errors instead of memory. */
export interface GroupCommitLimits {
  /** Concurrent commits. */
  readonly slots: number;
  readonly itemsPerCommit: number;
  readonly bytesPerCommit: number;
  readonly itemsWaiting: number;
  readonly bytesWaiting: number;
  /**
   * Maximum wait in milliseconds. An item that waited longer is rejected: its sender has already been told to retry.
   */
  readonly waitMs: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly keys: readonly string[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

const NO_KEYS: readonly string[] = [];

/**
 * Commits items that arrive during earlier commits together. Batches grow under load; at low rates each item is
 * committed alone, without delay. Items that share a key are not committed concurrently, and keep their order.
 */
export class GroupCommit<Item, Result> {
  private waiting: Array<Waiting<Item, Result>> = [];
  private bytesWaiting = 0;
  private running = 0;
  private readonly keysRunning = new KeyCounts();
  private readonly keysWaiting = new KeyCounts();

  /**
   * @param commit gets the items and when the oldest of them was added, by the monotonic clock in milliseconds
   * @param keysOf the row locks that the commit of an item takes: a second commit would only wait for the first
   */
  constructor(
    private readonly commit: (items: readonly Item[], since: number) => Promise<readonly Result[]>,
    private readonly overloaded: () => Error,
    private readonly limits: GroupCommitLimits,
    private readonly keysOf: (item: Item) => readonly string[] = () => NO_KEYS,
  ) {}

  /**
   * @param bytes the size of the item
   * @returns its result, once it is committed
   * @throws the error that `overloaded` makes, when there is no room or the wait is too long
   */
  add(item: Item, bytes: number): Promise<Result> {
    const { itemsWaiting, bytesWaiting } = this.limits;
    if (this.waiting.length >= itemsWaiting || this.bytesWaiting + bytes > bytesWaiting) {
      return Promise.reject(this.overloaded());
    }
    return new Promise((resolve, reject) => {
      const entry = { item, bytes, keys: this.keysOf(item), resolve, reject, since: performance.now() };
      if (this.mayRun(entry)) void this.run([entry]);
      else this.queue(entry);
    });
  }

  /** While a slot is free, every waiting item waits for a key. */
  private mayRun({ keys }: Waiting<Item, Result>): boolean {
    if (this.running === this.limits.slots) return false;
    return !this.keysRunning.hasOneOf(keys) && !this.keysWaiting.hasOneOf(keys);
  }

  private queue(entry: Waiting<Item, Result>): void {
    this.waiting.push(entry);
    this.bytesWaiting += entry.bytes;
    this.keysWaiting.add(entry.keys);
  }

  private fill(): void {
    while (this.running < this.limits.slots && this.waiting.length > 0) {
      const batch = this.take();
      if (batch.length === 0) return;
      void this.run(batch.filter((entry) => this.isInTime(entry)));
    }
  }

  private isInTime({ since, reject }: Waiting<Item, Result>): boolean {
    const isInTime = since >= performance.now() - this.limits.waitMs;
    if (!isInTime) reject(this.overloaded());
    return isInTime;
  }

  private async run(batch: ReadonlyArray<Waiting<Item, Result>>): Promise<void> {
    const [oldest] = batch;
    if (oldest === undefined) return;
    this.running += 1;
    for (const { keys } of batch) this.keysRunning.add(keys);
    try {
      const results = await this.commit(
        batch.map(({ item }) => item),
        oldest.since,
      );
      batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      for (const { keys } of batch) this.keysRunning.remove(keys);
      this.fill();
    }
  }

  /** Takes the next batch out of the queue. An item that waits for a key holds back later ones with any of its keys. */
  private take(): Array<Waiting<Item, Result>> {
    const taken: Array<Waiting<Item, Result>> = [];
    const left: Array<Waiting<Item, Result>> = [];
    const keysLeft = new KeyCounts();
    let bytes = 0;
    let at = 0;
    for (const entry of this.waiting) {
      if (this.keysRunning.hasOneOf(entry.keys) || keysLeft.hasOneOf(entry.keys)) {
        left.push(entry);
        keysLeft.add(entry.keys);
      } else if (this.fits(taken.length, bytes + entry.bytes)) {
        taken.push(entry);
        bytes += entry.bytes;
      } else break;
      at += 1;
    }
    this.waiting = left.length > 0 ? left.concat(this.waiting.slice(at)) : this.waiting.slice(at);
    this.bytesWaiting -= bytes;
    for (const { keys } of taken) this.keysWaiting.remove(keys);
    return taken;
  }

  private fits(items: number, bytes: number): boolean {
    const { itemsPerCommit, bytesPerCommit } = this.limits;
    return items === 0 || (items < itemsPerCommit && bytes <= bytesPerCommit);
  }
}
