import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** Longer than BullMQ and its clients wait between two attempts to connect. */
const QUIET_MS = 10_000;

/**
 * Errors of the connections of queues and workers. While the place where jobs live is away, each of them fails several
 * times a second: that is said once, and so is that it has ended.
 */
@Injectable()
export class QueueOutage implements OnApplicationShutdown {
  private readonly logger = new Logger(QueueOutage.name);
  private errors = 0;
  private end: NodeJS.Timeout | undefined;

  /** Whether there have been errors lately. */
  get lasts(): boolean {
    return this.errors > 0;
  }

  seen(error: Error): void {
    if (this.errors++ === 0) this.logger.warn(`the queues can't be reached: ${error.message || error.name}`);
    clearTimeout(this.end);
    this.end = setTimeout(() => this.over(), QUIET_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.end);
  }

  private over(): void {
    this.logger.log(`the queues have been quiet for ${QUIET_MS / 1_000} s, after ${this.errors} errors`);
    this.errors = 0;
  }
}
