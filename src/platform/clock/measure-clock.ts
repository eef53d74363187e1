import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { runEvery } from '../concurrency/run-every.js';
import { DriftReport, MAX_DRIFT_MS } from './clock-drift.js';
import { databaseClock } from './database-clock.js';

/** Matches the renewal interval of fence leases. */
const MEASURE_INTERVAL_MS = 800;

/** Keeps this process's database clock accurate and reports the drift of the local clock. */
@Injectable()
export class MeasureClock implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('clock');
  private readonly report = new DriftReport();
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    metrics.gauge({
      name: 'tidings_clock_drift_seconds',
      help: "How far this process's clock is ahead of the database's; negative when it is behind.",
      collect: (gauge) => gauge.set(databaseClock.driftMs / 1_000),
    });
  }

  /** Runs before any timestamp is needed: modules that use the database start after this one. */
  async onModuleInit(): Promise<void> {
    await this.measure();
    // An unavailable database is reported elsewhere; the monotonic clock continues meanwhile.
    this.stop = runEvery(
      MEASURE_INTERVAL_MS,
      () => this.measure(),
      () => this.warn(),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  private async measure(): Promise<void> {
    const askedAt = performance.now();
    const [row] = await this.database.query<{ now: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    if (row !== undefined) databaseClock.observe({ askedAt, databaseTime: row.now, answeredAt: performance.now() });
    this.warn();
  }

  private warn(): void {
    const news = this.report.next(databaseClock.driftMs);
    if (news === 'steady') this.logger.log('the local clock agrees with the database again');
    else if (news !== undefined) {
      this.logger.warn({
        msg: `the local clock is ${Math.abs(news) / 1_000} s ${news > 0 ? 'ahead of' : 'behind'} the database's clock`,
        driftSeconds: news / 1_000,
        notReadyFromSeconds: MAX_DRIFT_MS / 1_000,
      });
    }
  }
}
