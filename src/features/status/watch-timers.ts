import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { ActivateDue } from './activate-due.js';

const LOOK_MS = 2_000;

/** Finds timers whose alarm was lost, or never set: it is why none is late by more than a few seconds. */
@Injectable()
export class WatchTimers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WatchTimers.name);
  private stopWatching = async (): Promise<void> => undefined;

  constructor(private readonly activateDue: ActivateDue) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'looking at the timers failed', err: error });
    // What ran out while nobody was there.
    const first = this.activateDue.handle().catch(onError);
    const stop = runEvery(LOOK_MS, () => this.activateDue.handle(), onError);
    this.stopWatching = async () => {
      await Promise.all([first, stop()]);
    };
  }

  async onModuleDestroy(): Promise<void> {
    this.activateDue.stop();
    await this.stopWatching();
  }
}
