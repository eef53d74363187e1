import { setTimeout as delay } from 'node:timers/promises';

/** Concurrent batches per batcher. Requests that arrive meanwhile form the next batch. */
const CONCURRENT_BATCHES = 2;
const MAX_BATCH = 500;
/** Delay before the next batch after one with several requests, in milliseconds, because more are likely. */
const GATHER_MS = 10;
/**
 * A slower batch no longer counts as running: its connection may be broken, and other requests must not wait for it.
 */
const STALLED_MS = 10_000;

interface Pending<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines concurrent requests into one call, so that thousands cost a few queries and connections. A single request
 * runs at once. A batch starts after all of its requests were made, so results are as fresh as those of separate calls.
 */
export class Batcher<Request, Result> {
  private pending: Pending<Request, Result>[] = [];
  private running = 0;

  /**
   * @param work returns the results in the order of the requests
   * @param isBadRequest whether an error can be caused by one bad request; then each request of the batch runs alone
   */
  constructor(
    private readonly work: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly isBadRequest: (error: unknown) => boolean = () => false,
  ) {}

  /** @throws the error of `work` */
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
