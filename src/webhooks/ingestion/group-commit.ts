/** How much may be under way and waiting, so that a stalled database costs answers and never memory. */
export interface GroupCommitLimits {
  /** Commits under way at a time. */
  readonly lanes: number;
  readonly itemsPerCommit: number;
  readonly bytesPerCommit: number;
  readonly itemsWaiting: number;
  readonly bytesWaiting: number;
  /** How long an item may wait for its answer, in milliseconds. */
  readonly deadlineMs: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
  settled: boolean;
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
   * @throws what `overloaded` makes when there is no room or no answer in time: the item may then have been committed all
   * the same, so that a caller who tries again must be recognised
   */
  add(item: Item, bytes: number): Promise<Result> {
    const { itemsWaiting, bytesWaiting, deadlineMs } = this.limits;
    if (this.waiting.length >= itemsWaiting || this.bytesWaiting + bytes > bytesWaiting) {
      return Promise.reject(this.overloaded());
    }
    return new Promise((resolve, reject) => {
      const entry = { item, bytes, resolve, reject, settled: false } as Waiting<Item, Result>;
      entry.timer = setTimeout(() => this.settle(entry, () => reject(this.overloaded())), deadlineMs);
      this.waiting.push(entry);
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
      batch.forEach((entry, i) => this.settle(entry, () => entry.resolve(results[i] as Result)));
    } catch (error) {
      for (const entry of batch) this.settle(entry, () => entry.reject(error));
    } finally {
      this.underWay -= 1;
      this.fill();
    }
  }

  /** The next batch; whoever was told to come back meanwhile is left out. */
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
    return this.waiting.splice(0, count).filter((entry) => !entry.settled);
  }

  private settle(entry: Waiting<Item, Result>, answer: () => void): void {
    if (entry.settled) return;
    entry.settled = true;
    clearTimeout(entry.timer);
    answer();
  }
}
