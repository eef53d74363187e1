import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { ActivateDue } from './activate-due.js';

const POLL_MS = 2_000;

/** Polls for due timers whose alarm was lost or never set, which bounds their delay to a few seconds. */
@Injectable()
export class WatchTimers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WatchTimers.name);
  private stopWatching = async (): Promise<void> => undefined;

  constructor(private readonly activateDue: ActivateDue) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'polling the timers failed', err: error });
    // Timers that became due while no worker was running.
    const first = this.activateDue.handle().catch(onError);
    const stop = runEvery(POLL_MS, () => this.activateDue.handle(), onError);
    this.stopWatching = async () => {
      await Promise.all([first, stop()]);
    };
  }

  async onModuleDestroy(): Promise<void> {
    this.activateDue.stop();
    await this.stopWatching();
  }
}
