import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Retention } from '../../platform/retention/retention.js';
import { agingMessages, forgetMessages } from './message-records.js';

const FORGET_MS = 60_000;

/** Forgets messages that are older than the operator keeps deliveries. */
@Injectable()
export class MessageRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MessageRetention.name);
  private stopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'forgetting messages failed', err: error });
    this.stop = runEvery(FORGET_MS, () => this.forgetOld(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.stop();
  }

  private async forgetOld(): Promise<void> {
    const days = this.config.deliveryRetentionDays;
    await this.retention.run(agingMessages(days), () => forgetMessages(this.database, days, () => this.stopping));
  }
}
