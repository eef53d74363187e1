import {
  createIORedisClient,
  createPostgresBackend,
  createRedisBackend,
  RedisConnection,
  runMigrations,
  setDefaultBackendFactory,
  type BackendFactory,
  type QueueOptions,
} from 'bullmq';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import pg from 'pg';
import { withMigrationLock } from '../database/migration-lock.js';
import { sessionSettings } from '../database/sessions.js';
import { isClusterUrl, redisClient } from '../bus/redis-client.js';

export interface QueueBackend {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
}

const POOL_SIZE = 1;
/** A call takes milliseconds: a slower one means a silently broken connection, which is replaced. */
const CALL_TIMEOUT_MS = 5_000;
/** The same for Redis, where a worker's call waits up to 10 s for a job. */
const REDIS_CALL_TIMEOUT_MS = 12_000;

/** Decides where jobs are stored: in Redis if it is configured, otherwise in PostgreSQL. */
export function queueOptions({ databaseUrl, redisUrl, redisPrefix }: QueueBackend): QueueOptions {
  if (redisUrl !== undefined) {
    // The braces keep all keys of a queue in one shard of a cluster.
    return { connection: redisConnection(redisUrl), prefix: `${redisPrefix}:{jobs}` };
  }
  const connection: PostgresConnection = {
    connectionString: withoutOptions(databaseUrl),
    max: POOL_SIZE,
    application_name: 'tidings queues',
    keepAlive: true,
    query_timeout: CALL_TIMEOUT_MS,
    connectionTimeoutMillis: CALL_TIMEOUT_MS,
    // A job is a hint: losing a few in a database crash costs a sweep, while waiting for the disk costs every job.
    onConnect: sessionSettings({ search_path: 'bullmq', synchronous_commit: 'off' }),
  };
  // BullMQ types this connection for Redis; the backend factory below recognizes it by its connection string.
  return { connection };
}

function redisConnection(url: string): QueueOptions['connection'] {
  const options = { maxRetriesPerRequest: null, socketTimeout: REDIS_CALL_TIMEOUT_MS };
  if (!isClusterUrl(url)) return { url, ...options };
  // BullMQ creates no cluster client itself. All queues share this one; it lives as long as the process.
  const cluster = redisClient(url, options);
  cluster.on('error', () => undefined);
  return cluster;
}

interface PostgresConnection {
  readonly connectionString: string;
  readonly max: number;
  readonly application_name: string;
  readonly keepAlive: boolean;
  readonly query_timeout: number;
  readonly connectionTimeoutMillis: number;
  onConnect(client: pg.ClientBase): Promise<void>;
}

/**
 * BullMQ requests its schema in a start-up parameter, which poolers ignore or reject; `options` in the URL overrides
 * it. With empty `options` nothing is requested, and `onConnect` sets the schema.
 */
function withoutOptions(url: string): string {
  if (/[?&]options=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}options=`;
}

function isPostgres(connection: unknown): connection is PostgresConnection {
  return typeof connection === 'object' && connection !== null && 'connectionString' in connection;
}

const backendByConnection: BackendFactory = (name, options, features) =>
  isPostgres(options.connection)
    ? (createPostgresBackend as BackendFactory)(name, options, features)
    : createRedisBackend(name, options, features);

/** BullMQ has one backend factory per process; this one depends on the queue's connection. */
export function installQueueBackends(): void {
  setDefaultBackendFactory(backendByConnection);
  RedisConnection.clientFactory = (options) => {
    const { url = '', ...rest } = options as RedisOptions & { readonly url?: string };
    const client = redisClient(url, rest);
    clients.add(client);
    client.once('end', () => clients.delete(client));
    return createIORedisClient(client);
  };
}

/** All Redis clients: BullMQ creates them with one factory per process. */
const clients = new Set<Redis | Cluster>();

/** Whether jobs are in Redis and no connection to it works. */
export const isRedisUnavailable = (): boolean =>
  clients.size > 0 && [...clients].every(({ status }) => status !== 'ready' && status !== 'connect');

/** BullMQ waits for pending calls when it closes; a Redis that does not answer would block the process. */
export function disconnectRedis(): void {
  for (const client of clients) client.disconnect();
}

/** Creates BullMQ's tables in their own schema if jobs are in PostgreSQL. Safe to run at every start. */
export async function migrateQueues(
  { databaseUrl, redisUrl }: QueueBackend,
  tell: (line: string) => void = () => undefined,
): Promise<void> {
  if (redisUrl !== undefined) return;
  await withMigrationLock(databaseUrl, tell, async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await runMigrations(await withSchema(client));
    } finally {
      await client.end();
    }
  });
}

/** CREATE SCHEMA requires a privilege even if the schema exists, and an administrator may have created it already. */
async function withSchema(client: pg.Client): Promise<MigrationClient> {
  const { rows } = await client.query(`SELECT to_regnamespace('bullmq') IS NOT NULL AS made`);
  if (rows[0]?.made !== true) return client;
  const query = (sql: string, values?: unknown[]) =>
    sql.startsWith('CREATE SCHEMA') ? Promise.resolve({ rows: [] }) : client.query(sql, values);
  return { query };
}

type MigrationClient = Parameters<typeof runMigrations>[0];
