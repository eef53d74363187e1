import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { MessageReplayStore } from './message-replay.store.js';
import { agingMessages, MessageStore } from './message.store.js';

const PRUNE_MS = 60_000;

/** Deletes messages, and their ended replays, that are older than DELIVERY_RETENTION_DAYS. */
@Injectable()
export class MessageRetention implements OnApplicationBootstrap {
  constructor(
    private readonly messages: MessageStore,
    private readonly replays: MessageReplayStore,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    const days = this.config.deliveryRetentionDays;
    this.schedule.add({
      everyMs: PRUNE_MS,
      rows: agingMessages(days),
      prune: async (isStopping) => {
        await this.messages.prune(days, isStopping);
        await this.replays.prune(days);
      },
    });
  }
}
