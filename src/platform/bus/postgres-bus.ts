import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Bus } from './bus.js';

const PG_CHANNEL = 'tidings_bus';
const RECONNECT_MS = 250;
/** A connection that died without a word is found by a query that gets no answer in this time. */
const HEARTBEAT_MS = 3_000;
const NOTIFY_AT_ONCE = 200;

/**
 * The bus on LISTEN/NOTIFY: one connection per process, outside the pool. NOTIFY takes a lock on the whole cluster at
 * commit, so all messages that gather while one statement is under way leave together in the next.
 */
export class PostgresBus extends Bus implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(PostgresBus.name);
  private client: pg.Client | undefined;
  private outbox: string[] = [];
  private sending = false;
  private closed = false;

  constructor(private readonly url: string) {
    super();
  }

  get connected(): boolean {
    return this.client !== undefined;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
    void this.keepConnected();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.client?.end();
  }

  protected send(wire: string): void {
    this.outbox.push(wire);
    if (!this.sending) void this.flush();
  }

  private async flush(): Promise<void> {
    this.sending = true;
    // One turn of the event loop lets messages of the same moment leave together.
    await new Promise(setImmediate);
    while (this.outbox.length > 0 && this.client !== undefined) {
      const messages = this.outbox.splice(0, NOTIFY_AT_ONCE);
      await this.client
        .query('SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message', [PG_CHANNEL, messages])
        .catch((error: unknown) => this.drop(error));
    }
    // Without a connection there is nobody to tell: the others' sweeps find what happened.
    if (this.client === undefined) this.outbox = [];
    this.sending = false;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'tidings bus',
      connectionTimeoutMillis: HEARTBEAT_MS,
      query_timeout: HEARTBEAT_MS,
      keepAlive: true,
    });
    client.on('error', (error) => this.drop(error));
    client.on('notification', ({ payload }) => this.receive(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${PG_CHANNEL}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
  }

  private async keepConnected(): Promise<void> {
    while (!this.closed) {
      await delay(this.client === undefined ? RECONNECT_MS : HEARTBEAT_MS, undefined, { ref: false });
      if (this.closed) return;
      const alive = this.client === undefined ? this.connect() : this.client.query('SELECT 1');
      await Promise.resolve(alive).catch((error: unknown) => this.drop(error));
    }
  }

  private drop(error: unknown): void {
    const lost = this.client;
    if (lost === undefined || this.closed) return;
    this.client = undefined;
    this.logger.warn(`lost the bus connection: ${error instanceof Error ? error.message : 'unknown reason'}`);
    lost.end().catch(() => undefined);
  }
}
