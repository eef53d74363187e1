import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '../../bus/bus.js';
import { Database } from '../../database/database.js';
import { History } from '../../history/history.js';
import { LOG_TOPIC, readHints } from '../log-hint.js';
import { Cursors } from './cursors.js';
import { ConsumerRunner } from './consumer-runner.js';
import type { LogConsumer } from './log-consumer.js';

/**
 * Hands the log to those who act on it: every event of the types that a consumer wants, each channel in order, exactly once
 * in effect, since its place in the log moves in the transaction in which it writes. Any number of workers share the
 * channels by their row locks. A hint wakes those whom it may concern within milliseconds; a lost one is found within 2.5 s.
 */
@Injectable()
export class LogConsumers implements OnModuleDestroy {
  private readonly logger = new Logger(LogConsumers.name);
  private readonly stops: Array<() => Promise<void>> = [];

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly history: History,
  ) {}

  /** To be called once for each consumer, at the start of a worker. @returns when it follows the log */
  async start(consumer: LogConsumer): Promise<void> {
    await this.cursors.register(consumer.name);
    const follow = new ConsumerRunner(consumer, this.database, this.cursors);
    const lookAtAll = () => void follow.reconsider().catch(() => undefined);
    const unlisten = [
      this.bus.listen(LOG_TOPIC, (message) => follow.hear(readHints(message))),
      this.bus.onReturn(lookAtAll),
      this.history.onChange(() => void this.beginAgain(consumer.name, follow)),
      ...(consumer.concernTopic === undefined ? [] : [this.bus.listen(consumer.concernTopic, lookAtAll)]),
    ];
    this.stops.push(async () => {
      for (const end of unlisten) end();
      await follow.stop();
    });
    await follow.sweep();
  }

  /** A consumer that is younger than the restored database is not registered there. */
  private async beginAgain(name: string, follow: ConsumerRunner): Promise<void> {
    try {
      await this.cursors.register(name);
      await follow.reconsider();
    } catch (error) {
      this.logger.warn({ msg: 'a consumer was not registered again', consumer: name, err: error });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.stops.map((stop) => stop()));
  }
}
