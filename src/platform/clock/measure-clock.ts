import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { runEvery } from '../concurrency/run-every.js';
import { DriftReport, MAX_DRIFT_MS } from './clock-drift.js';
import { databaseClock } from './database-clock.js';

/** As often as a lease of the fence is renewed, in every process. */
const MEASURE_MS = 800;

/** Keeps the database's clock of this process right, and says how far the process's own clock is off. */
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

  /** Before anything is stamped with a time: every module that uses the database starts after this one. */
  async onModuleInit(): Promise<void> {
    await this.measure();
    // The database's absence is told elsewhere, and the monotonic clock goes on meanwhile.
    this.stop = runEvery(
      MEASURE_MS,
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
    if (news === 'steady') this.logger.log('the clock of this process and that of the database agree again');
    else if (news !== undefined) {
      this.logger.warn({
        msg: `the clock of this process is ${Math.abs(news) / 1_000} s ${news > 0 ? 'ahead of' : 'behind'} that of the database`,
        driftSeconds: news / 1_000,
        notReadyFromSeconds: MAX_DRIFT_MS / 1_000,
      });
    }
  }
}
