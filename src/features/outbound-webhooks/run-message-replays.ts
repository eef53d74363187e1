import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { runHintedTasks } from '../../platform/bus/run-hinted-tasks.js';
import { Database } from '../../platform/database/database.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { MESSAGE_REPLAYS_TOPIC, MessageReplayStore } from './message-replay.store.js';
import { MessageStore } from './message.store.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

/** Runs replays of messages in steps, each in one transaction with the progress that it makes. */
@Injectable()
export class RunMessageReplays implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RunMessageReplays.name);
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly replays: MessageReplayStore,
    private readonly messages: MessageStore,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = runHintedTasks(this.bus, {
      topic: MESSAGE_REPLAYS_TOPIC,
      takeLost: () => this.replays.takeLost(),
      step: (id) => this.step(id),
      onError: async (id, error) =>
        this.logger.warn({ msg: 'a replay stopped; the next sweep goes on', replayId: id, err: error }),
      onSweepError: (error) => this.logger.warn({ msg: 'cannot sweep replays', err: error }),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async step(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const replay = await this.replays.claim(tx, id);
      if (replay === undefined) return false;
      const step = await this.messages.resetNext(tx, replay);
      await this.replays.advance(tx, id, step);
      // A lost job is harmless: the sweep of the sender finds messages without one.
      tx.afterCommit(() => void this.jobs.add({ endpointIds: [replay.endpointId] }).catch(() => undefined));
      return step.next !== undefined;
    });
  }
}
