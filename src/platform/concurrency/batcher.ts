import { setTimeout as delay } from 'node:timers/promises';

/** Batches of one batcher that run at a time. What arrives meanwhile makes the next batch large. */
const CONCURRENT_BATCHES = 2;
const MAX_BATCH = 500;
/** After a batch of several requests more are likely: the batcher waits for so long, in milliseconds, before the next one. */
const GATHER_MS = 10;
/** A batch that takes longer stops counting as one that runs: its connection may be dead, and other requests must not wait for it. */
const STALLED_MS = 10_000;

interface Pending<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Serves requests that many clients make at the same time with one call, so that thousands of them cost a few queries and a
 * few connections. A request that comes alone runs at once. A batch begins after each of its requests was made: its results
 * are as fresh as those of a call for each.
 */
export class Batcher<Request, Result> {
  private pending: Pending<Request, Result>[] = [];
  private running = 0;

  /**
   * @param work returns the results in the order of the requests
   * @param isBadRequest whether an error may come from one bad request: then each of the batch runs alone
   */
  constructor(
    private readonly work: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly isBadRequest: (error: unknown) => boolean = () => false,
  ) {}

  /** @throws what `work` throws */
  get(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.pending.push({ request, resolve, reject });
      this.fill();
    });
  }

  private fill(): void {
    while (this.running < CONCURRENT_BATCHES && this.pending.length > 0)
      void this.run(this.pending.splice(0, MAX_BATCH));
  }

  private async run(batch: readonly Pending<Request, Result>[]): Promise<void> {
    this.running++;
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((resolve) => (timer = setTimeout(resolve, STALLED_MS)));
    await Promise.race([this.settle(batch), stalled]);
    clearTimeout(timer);
    if (batch.length > 1) await delay(GATHER_MS);
    this.running--;
    this.fill();
  }

  private async settle(batch: readonly Pending<Request, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ request }) => request));
      batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
    } catch (error) {
      if (batch.length > 1 && this.isBadRequest(error)) for (const alone of batch) await this.settle([alone]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
