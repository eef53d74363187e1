/** How much may be under way and waiting, so that a stalled database costs answers and never memory. */
export interface GroupCommitLimits {
  /** Commits under way at a time. */
  readonly lanes: number;
  readonly itemsPerCommit: number;
  readonly bytesPerCommit: number;
  readonly itemsWaiting: number;
  readonly bytesWaiting: number;
  /** An item that has waited longer for its turn, in milliseconds, is not committed: its sender has been told to come back. */
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
 * Commits what arrives while earlier commits are under way in one go: batches form by themselves under load, and at low
 * rates a batch is one item that never waits for company.
 */
export class GroupCommit<Item, Result> {
  private waiting: Array<Waiting<Item, Result>> = [];
  private bytesWaiting = 0;
  private underWay = 0;

  constructor(
    private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly overloaded: () => Error,
    private readonly limits: GroupCommitLimits,
  ) {}

  /**
   * @param bytes the size of the item
   * @returns its result, once it is committed
   * @throws what `overloaded` makes when there is no room, or no turn in time
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
    while (this.underWay < this.limits.lanes && this.waiting.length > 0) void this.run(this.take());
  }

  private async run(batch: ReadonlyArray<Waiting<Item, Result>>): Promise<void> {
    if (batch.length === 0) return;
    this.underWay += 1;
    try {
      const results = await this.commit(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.underWay -= 1;
      this.fill();
    }
  }

  /** The next batch, without those who have waited too long. */
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
