import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { OpenWire, Wire, WireEnds } from './wire.js';

const PG_CHANNEL = 'tidings_bus';
/** A statement that takes longer finds a connection that died without a word. */
const ANSWER_MS = 3_000;
const NOTIFY_AT_ONCE = 200;
/** How long a connection that is given up may take to say goodbye. */
const GOODBYE_MS = 500;

/** LISTEN/NOTIFY: one connection per process, outside the pool. */
export class PostgresWire implements Wire {
  constructor(private readonly url: string) {}

  async open(ends: WireEnds): Promise<OpenWire> {
    const socket = new Socket();
    const client = new pg.Client({
      stream: () => socket,
      connectionString: this.url,
      application_name: 'tidings bus',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on('error', (error) => ends.lost(error));
    client.on('end', () => ends.lost(new Error('the server ended it')));
    client.on('notification', ({ payload = '' }) => ends.message(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${PG_CHANNEL}`);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new Notifier(client, socket, ends);
  }
}

/**
 * NOTIFY takes a lock on the whole cluster at commit, so all messages that gather while one statement is under way leave
 * together in the next.
 */
class Notifier implements OpenWire {
  private outbox: string[] = [];
  private sending = false;

  constructor(
    private readonly client: pg.Client,
    private readonly socket: Socket,
    private readonly ends: WireEnds,
  ) {}

  send(text: string): void {
    this.outbox.push(text);
    if (!this.sending) void this.flush();
  }

  async close(): Promise<void> {
    // The client waits for the other side to hang up.
    await Promise.race([this.client.end(), delay(GOODBYE_MS, undefined, { ref: false })]).catch(() => undefined);
    this.socket.destroy();
  }

  private async flush(): Promise<void> {
    this.sending = true;
    try {
      // One turn of the event loop lets messages of the same moment leave together.
      await new Promise(setImmediate);
      while (this.outbox.length > 0) {
        const messages = this.outbox.splice(0, NOTIFY_AT_ONCE);
        await this.client.query('SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message', [
          PG_CHANNEL,
          messages,
        ]);
      }
      this.sending = false;
    } catch (error) {
      // Nothing is sent any more, and nothing waits here: the others' sweeps find what happened.
      this.outbox = [];
      this.ends.lost(error instanceof Error ? error : new Error('unknown reason'));
    }
  }
}
