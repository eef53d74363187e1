import type { INestApplicationContext } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { LocalBus } from './local-bus.js';
import { Database } from '../../src/platform/database/database.js';
import { EventLog } from '../../src/platform/events/event-log.js';

/** A bus that loses every hint. */
class HintlessBus extends LocalBus {
  override publish(): void {}

  override publishTo(): void {}
}

/** Appends events to the log as a feature does: in a transaction, with or without a hint. */
export class LogWriter {
  private readonly database: Database;
  private readonly log: EventLog;
  private readonly hintlessLog = new EventLog(new HintlessBus());

  constructor(app: INestApplicationContext) {
    this.database = app.get(Database);
    this.log = app.get(EventLog);
  }

  async append(channel: string, count: number, payload: unknown = {}, { hinted = true } = {}): Promise<void> {
    const text = JSON.stringify(payload);
    const drafts = Array.from({ length: count }, () => {
      return { channel, id: uuidv7(), type: 'test:happened', actor: null, payload: text };
    });
    await this.database.transaction((tx) => (hinted ? this.log : this.hintlessLog).append(tx, drafts));
  }

  appendSilently(channel: string, count: number): Promise<void> {
    return this.append(channel, count, {}, { hinted: false });
  }
}
