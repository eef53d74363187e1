import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { OpenWire, Wire, WireEnds } from './wire.js';

const PG_CHANNEL = 'tidings_bus';
/**
 * With few channels in each, a process receives little that it doesn't follow. The server searches the names of a
 * session one by one for each message, so their number is bounded.
 */
const PARTITIONS = 4_096;
/** A slower statement means a silently broken connection. */
const QUERY_TIMEOUT_MS = 3_000;
const NOTIFY_BATCH_SIZE = 200;
/** Time for a graceful close of a connection. */
const CLOSE_TIMEOUT_MS = 500;

/** LISTEN/NOTIFY: one connection per process, outside the pool. */
export class PostgresWire implements Wire {
  readonly partitions = PARTITIONS;

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
  private pending: Array<{ readonly channel: string; readonly text: string }> = [];
  private commands: Command[] = [];
  private sending = false;

  constructor(
    private readonly client: pg.Client,
    private readonly socket: Socket,
    private readonly ends: WireEnds,
  ) {}

  send(text: string, partition?: number): void {
    this.pending.push({ channel: partition === undefined ? PG_CHANNEL : channelOf(partition), text });
    if (!this.sending) void this.flush();
  }

  listen(partitions: readonly number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (reason?: Error) => (reason === undefined ? resolve() : reject(reason));
      this.commands.push({ sql: partitions.map((each) => `LISTEN ${channelOf(each)}`), settle });
      if (!this.sending) void this.flush();
    });
  }

  unlisten(partition: number): void {
    this.commands.push({
      sql: [`UNLISTEN ${channelOf(partition)}`],
      settle: () => undefined,
    });
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
      while (this.pending.length + this.commands.length > 0) {
        await this.command(this.commands.splice(0));
        await this.notify(this.pending.splice(0, NOTIFY_BATCH_SIZE));
      }
      this.sending = false;
    } catch (error) {
      // Pending messages are dropped: the sweeps of other processes find the changes.
      this.pending = [];
      const reason = asError(error);
      for (const { settle } of this.commands.splice(0)) settle(reason);
      this.ends.lost(reason);
    }
  }

  private async command(commands: readonly Command[]): Promise<void> {
    if (commands.length === 0) return;
    try {
      await this.client.query(commands.flatMap(({ sql }) => sql).join(';'));
      for (const { settle } of commands) settle();
    } catch (error) {
      for (const { settle } of commands) settle(asError(error));
      throw error;
    }
  }

  private async notify(messages: Notifier['pending']): Promise<void> {
    if (messages.length === 0) return;
    await this.client.query(
      'SELECT pg_notify(channel, text) FROM unnest($1::text[], $2::text[]) AS new (channel, text)',
      [messages.map(({ channel }) => channel), messages.map(({ text }) => text)],
    );
  }
}

/** Statements that change to which channels a session listens. */
interface Command {
  readonly sql: readonly string[];
  /** Called without a reason after success. */
  readonly settle: (reason?: Error) => void;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('unknown reason'));

const channelOf = (partition: number): string => `${PG_CHANNEL}_${partition}`;
