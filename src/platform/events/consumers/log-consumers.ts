import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '../../bus/bus.js';
import { Database } from '../../database/database.js';
import { History } from '../../history/history.js';
import { GROWTH_KEY, GROWTH_TOPIC, readHints } from '../log-hint.js';
import { Cursors } from './cursors.js';
import { ConsumerRunner } from './consumer-runner.js';
import type { LogConsumer } from './log-consumer.js';

/**
 * Delivers the log to consumers: every event of the requested types, in order per channel, exactly once in effect,
 * since the cursor moves in the transaction of the consumer's writes. Workers share the channels by row locks. Hints
 * wake the relevant consumers within milliseconds; the sweep finds a lost one within 2.5 s.
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

  /** Call once per consumer at the start of a worker. @returns when the consumer follows the log */
  async start(consumer: LogConsumer): Promise<void> {
    await this.cursors.register(consumer.name);
    await this.bus.follow(GROWTH_KEY);
    const runner = new ConsumerRunner(consumer, this.database, this.cursors);
    const reconsider = () => void runner.reconsider().catch(() => undefined);
    const unlisten = [
      this.bus.listen(GROWTH_TOPIC, (message) => runner.hear(readHints(message))),
      this.bus.onReturn(reconsider),
      this.history.onChange(() => void this.registerAgain(consumer.name, runner)),
      ...(consumer.concernTopic === undefined ? [] : [this.bus.listen(consumer.concernTopic, reconsider)]),
    ];
    this.stops.push(async () => {
      for (const end of unlisten) end();
      this.bus.unfollow(GROWTH_KEY);
      await runner.stop();
    });
    await runner.sweep();
  }

  /** A consumer that is newer than a restored backup is missing there. */
  private async registerAgain(name: string, runner: ConsumerRunner): Promise<void> {
    try {
      await this.cursors.register(name);
      await runner.reconsider();
    } catch (error) {
      this.logger.warn({ msg: 'registering a consumer again failed', consumer: name, err: error });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.stops.map((stop) => stop()));
  }
}
