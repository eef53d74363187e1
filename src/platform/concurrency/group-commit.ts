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
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

/**
 * Commits items that arrive during earlier commits together. Batches grow under load; at low rates each item is
 * committed alone, without delay.
 */
export class GroupCommit<Item, Result> {
  private waiting: Array<Waiting<Item, Result>> = [];
  private bytesWaiting = 0;
  private running = 0;

  constructor(
    private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly overloaded: () => Error,
    private readonly limits: GroupCommitLimits,
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
      this.waiting.push({ item, bytes, resolve, reject, since: performance.now() });
      this.bytesWaiting += bytes;
      this.fill();
    });
  }

  private fill(): void {
    while (this.running < this.limits.slots && this.waiting.length > 0) void this.run(this.take());
  }

  private async run(batch: ReadonlyArray<Waiting<Item, Result>>): Promise<void> {
    if (batch.length === 0) return;
    this.running += 1;
    try {
      const results = await this.commit(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      this.fill();
    }
  }

  /** The next batch, without items that have waited too long. */
  private take(): Array<Waiting<Item, Result>> {
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      if (count === this.limits.itemsPerCommit || (count > 0 && bytes + entry.bytes > this.limits.bytesPerCommit))
        break;
      bytes += entry.bytes;
      count += 1;
    }
    this.bytesWaiting -= bytes;
    const oldest = performance.now() - this.limits.waitMs;
    return this.waiting.splice(0, count).filter(({ since, reject }) => {
      if (since < oldest) reject(this.overloaded());
      return since >= oldest;
    });
  }
}
