import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** Longer than the reconnect delays of BullMQ and its clients. */
const QUIET_MS = 10_000;

/**
 * Connection errors of queues and workers. While their backend is unavailable, each fails several times per second;
 * only the beginning and the end are logged.
 */
@Injectable()
export class QueueOutage implements OnApplicationShutdown {
  private readonly logger = new Logger(QueueOutage.name);
  private errors = 0;
  private end: NodeJS.Timeout | undefined;

  /** Whether there were errors recently. */
  get isOngoing(): boolean {
    return this.errors > 0;
  }

  record(error: Error): void {
    if (this.errors++ === 0) this.logger.warn(`the queues are unavailable: ${error.message || error.name}`);
    clearTimeout(this.end);
    this.end = setTimeout(() => this.over(), QUIET_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.end);
  }

  private over(): void {
    this.logger.log(`the queues had no errors for ${QUIET_MS / 1_000} s, after ${this.errors} errors`);
    this.errors = 0;
  }
}
