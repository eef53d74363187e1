import { TokenBucket } from '../../platform/concurrency/token-bucket.js';

const EACH_SOURCE = { burst: 10, perSecond: 10 };
/** In total, so that a flood to many sources stays cheap too. */
const ALL_SOURCES = { burst: 100, perSecond: 50 };
const MAX_SOURCES = 10_000;

/** Chooses the refused requests to record: at most ten a second for each source in this process. */
export class RefusalSampling {
  private readonly all = new TokenBucket(performance.now(), ALL_SOURCES);
  private readonly bySource = new Map<string, TokenBucket>();

  /** @param now milliseconds of the monotonic clock */
  take(source: string, now: number): boolean {
    return this.bucketOf(source, now).take(now) && this.all.take(now);
  }

  private bucketOf(source: string, now: number): TokenBucket {
    const known = this.bySource.get(source);
    if (known !== undefined) return known;
    if (this.bySource.size >= MAX_SOURCES) this.bySource.clear();
    const made = new TokenBucket(now, EACH_SOURCE);
    this.bySource.set(source, made);
    return made;
  }
}
