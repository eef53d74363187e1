import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Bus } from '../../src/platform/bus/bus.js';
import { PostgresWire } from '../../src/platform/bus/postgres-wire.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { EventLog } from '../../src/platform/events/event-log.js';

export interface Pace {
  readonly batch: number;
  readonly everyMs: number;
  /** Additional bytes in each event. */
  readonly padding?: number;
}

const THOUSAND_A_SECOND: Pace = { batch: 10, everyMs: 10 };

/** Appends numbered events to a channel at a steady rate, outside of the servers. */
export class NumberWriter {
  private next = 1;
  private stopped = false;
  private writing: Promise<void> | undefined;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly bus: Bus,
    private readonly channel: string,
    private readonly pace: Pace,
  ) {}

  static async start(databaseUrl: string, channel: string, pace = THOUSAND_A_SECOND): Promise<NumberWriter> {
    const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 2)).initialize();
    const bus = new Bus(new PostgresWire(databaseUrl));
    await bus.onModuleInit();
    const writer = new NumberWriter(dataSource, bus, channel, pace);
    writer.writing = writer.run();
    return writer;
  }

  /** The next number whose transaction has not begun: it and all later ones are committed after this call. */
  get later(): number {
    return this.next;
  }

  /** @returns the last number */
  async stop(): Promise<number> {
    this.stopped = true;
    await this.writing;
    await this.bus.onApplicationShutdown();
    await this.dataSource.destroy();
    return this.next - 1;
  }

  private async run(): Promise<void> {
    const database = new Database(this.dataSource);
    const log = new EventLog(this.bus);
    const { batch, everyMs, padding = 0 } = this.pace;
    const filling = 'x'.repeat(padding);
    for (let at = performance.now(); !this.stopped; at = Math.max(at + everyMs, performance.now() - everyMs)) {
      const wait = at - performance.now();
      if (wait > 0) await delay(wait);
      const numbers = Array.from({ length: batch }, () => this.next++);
      const drafts = numbers.map((number) => {
        const payload = JSON.stringify({ number, ...(padding > 0 ? { filling } : {}) });
        return { channel: this.channel, id: uuidv7(), type: 'test:counted', actor: null, payload };
      });
      await database.transaction((tx) => log.append(tx, drafts));
    }
  }
}
