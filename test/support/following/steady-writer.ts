import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Bus } from '../../../src/platform/bus/bus.js';
import type { Wire } from '../../../src/platform/bus/wire.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { EventLog } from '../../../src/platform/events/event-log.js';

const TICK_MS = 20;

interface WriterOptions {
  readonly databaseUrl: string;
  readonly wire: Wire;
  /** Written to in turn; they must have no other writer. */
  readonly channels: readonly string[];
  readonly perSecond: number;
}

/** Appends events to channels at a steady rate, outside of the servers. Each event carries its offset and time. */
export class SteadyWriter {
  /** The last committed offset of each channel. */
  private readonly heads = new Map<string, number>();
  private turn = 0;
  private due = 0;
  private stopped = false;
  private writing: Promise<void> = Promise.resolve();
  readonly database: Database;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly bus: Bus,
    private readonly options: WriterOptions,
  ) {
    this.database = new Database(dataSource);
  }

  static async start(options: WriterOptions): Promise<SteadyWriter> {
    const dataSource = await new DataSource(dataSourceOptions(options.databaseUrl, 2)).initialize();
    const bus = new Bus(options.wire);
    await bus.onModuleInit();
    const writer = new SteadyWriter(dataSource, bus, options);
    writer.writing = writer.run();
    return writer;
  }

  headOf(channel: string): number {
    return this.heads.get(channel) ?? 0;
  }

  get written(): number {
    return [...this.heads.values()].reduce((sum, head) => sum + head, 0);
  }

  /** Stops writing and keeps the heads. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.writing;
    await this.bus.onApplicationShutdown();
    await this.dataSource.destroy();
  }

  private async run(): Promise<void> {
    const log = new EventLog(this.bus);
    const begin = performance.now();
    while (!this.stopped) {
      const due = Math.floor(((performance.now() - begin) / 1_000) * this.options.perSecond);
      if (due > this.due) await this.append(log, due - this.due);
      this.due = due;
      await delay(TICK_MS);
    }
  }

  private async append(log: EventLog, count: number): Promise<void> {
    const { channels } = this.options;
    const heads = new Map<string, number>();
    const drafts = Array.from({ length: count }, () => {
      const channel = channels[this.turn++ % channels.length] ?? '';
      const number = (heads.get(channel) ?? this.headOf(channel)) + 1;
      heads.set(channel, number);
      const payload = JSON.stringify({ number, at: Date.now() });
      return { channel, id: uuidv7(), type: 'test:counted', actor: null, payload };
    });
    await this.database.transaction((tx) => log.append(tx, drafts));
    for (const [channel, head] of heads) this.heads.set(channel, head);
  }
}
