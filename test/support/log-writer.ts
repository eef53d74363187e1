import type { INestApplicationContext } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Bus } from '../../src/platform/bus/bus.js';
import { Database } from '../../src/platform/database/database.js';
import { EventLog } from '../../src/platform/events/event-log.js';

/** A bus that tells nobody: every hint is lost. */
class DeafBus extends Bus {
  constructor() {
    super({ open: () => Promise.reject(new Error('There is nobody.')) });
  }

  override publish(): void {}
}

/** Appends events to the log as a room would: in a transaction, with or without the hint after it. */
export class LogWriter {
  private readonly database: Database;
  private readonly log: EventLog;
  private readonly silentLog = new EventLog(new DeafBus());

  constructor(app: INestApplicationContext) {
    this.database = app.get(Database);
    this.log = app.get(EventLog);
  }

  async append(channel: string, count: number, payload: unknown = {}, { hinted = true } = {}): Promise<void> {
    const text = JSON.stringify(payload);
    const drafts = Array.from({ length: count }, () => {
      return { channel, id: uuidv7(), type: 'test:happened', actor: null, payload: text };
    });
    await this.database.transaction((tx) => (hinted ? this.log : this.silentLog).append(tx, drafts));
  }

  appendSilently(channel: string, count: number): Promise<void> {
    return this.append(channel, count, {}, { hinted: false });
  }
}
