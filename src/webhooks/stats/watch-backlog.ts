import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { BacklogStore } from './backlog.store.js';

const WATCH_MS = 10_000;

/** Measures the backlog at intervals: a scrape that asks the database would hang with it. */
@Injectable()
export class WatchBacklog implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WatchBacklog.name);
  private readonly count;
  private readonly age;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly store: BacklogStore,
    metrics: Metrics,
  ) {
    this.count = metrics.gauge({
      name: 'tidings_webhooks_backlog',
      help: 'Webhooks that wait for a worker, at most 20,000; NaN while the database does not answer.',
    });
    this.age = metrics.gauge({
      name: 'tidings_webhooks_backlog_age_seconds',
      help: 'Age of the oldest of them; NaN while the database does not answer.',
    });
  }

  onApplicationBootstrap(): void {
    void this.run();
    this.stop = runEvery(
      WATCH_MS,
      () => this.run(),
      () => undefined,
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async run(): Promise<void> {
    try {
      const { count, oldestSeconds } = await this.store.read(null);
      this.count.set(count);
      this.age.set(Math.max(0, oldestSeconds));
    } catch (error) {
      this.count.set(Number.NaN);
      this.age.set(Number.NaN);
      this.logger.debug({ msg: 'cannot measure the backlog', err: error });
    }
  }
}
