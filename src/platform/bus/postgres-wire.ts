import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { OpenWire, Wire, WireEnds } from './wire.js';

const PG_CHANNEL = 'tidings_bus';
/** A slower statement means a silently broken connection. */
const QUERY_TIMEOUT_MS = 3_000;
const NOTIFY_BATCH_SIZE = 200;
/** Time for a graceful close of a connection. */
const CLOSE_TIMEOUT_MS = 500;

/** LISTEN/NOTIFY: one connection per process, outside the pool. */
export class PostgresWire implements Wire {
  constructor(private readonly url: string) {}

  async open(ends: WireEnds): Promise<OpenWire> {
    const socket = new Socket();
    const client = new pg.Client({
      stream: () => socket,
      connectionString: this.url,
      application_name: 'tidings bus',
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('error', (error) => ends.lost(error));
    client.on('end', () => ends.lost(new Error('the server closed the connection')));
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
 * NOTIFY takes a cluster-wide lock at commit, so messages that arrive during one statement are sent together in the
 * next.
 */
class Notifier implements OpenWire {
  private pending: string[] = [];
  private sending = false;

  constructor(
    private readonly client: pg.Client,
    private readonly socket: Socket,
    private readonly ends: WireEnds,
  ) {}

  send(text: string): void {
    this.pending.push(text);
    if (!this.sending) void this.flush();
  }

  async close(): Promise<void> {
    // The client waits for the server to close the connection.
    await Promise.race([this.client.end(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]).catch(() => undefined);
    this.socket.destroy();
  }

  private async flush(): Promise<void> {
    this.sending = true;
    try {
      // Waiting for one turn of the event loop batches simultaneous messages.
      await new Promise(setImmediate);
      while (this.pending.length > 0) {
        const messages = this.pending.splice(0, NOTIFY_BATCH_SIZE);
        await this.client.query('SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message', [
          PG_CHANNEL,
          messages,
        ]);
      }
      this.sending = false;
    } catch (error) {
      // Pending messages are dropped: the sweeps of other processes find the changes.
      this.pending = [];
      this.ends.lost(error instanceof Error ? error : new Error('unknown reason'));
    }
  }
}
