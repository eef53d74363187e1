import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { LatencyStore } from './latency.store.js';
import { RealtimeMetrics } from './realtime.metrics.js';

const WRITE_MS = 10_000;

/** Adds the latencies of this gateway to those of the installation. */
@Injectable()
export class WriteLatencies implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WriteLatencies.name);
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly metrics: RealtimeMetrics,
    private readonly store: LatencyStore,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = runEvery(WRITE_MS, () => this.run(), this.onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
    await this.run().catch(this.onError);
  }

  async run(): Promise<void> {
    const { latency } = this.metrics;
    const counts = latency.take();
    try {
      await this.store.add(counts);
    } catch (error) {
      latency.giveBack(counts);
      throw error;
    }
  }

  private readonly onError = (error: unknown): void =>
    this.logger.debug({ msg: 'cannot write the latencies, the next run retries', err: error });
}
