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

const POOL_SIZE = 6;
/** A call takes milliseconds: a connection on which one takes longer has died without a word, and is replaced. */
const SILENCE_MS = 5_000;
/** The same on Redis, where a worker lets its call wait for a job: 10 s at the most. */
const REDIS_SILENCE_MS = 12_000;

/** The one place that decides where jobs live: in Redis when there is one, else in PostgreSQL. */
export function queueOptions({ databaseUrl, redisUrl, redisPrefix }: QueueBackend): QueueOptions {
  if (redisUrl !== undefined) {
    // All keys of a queue are used together: the braces keep them in one shard of a cluster.
    return { connection: redisConnection(redisUrl), prefix: `${redisPrefix}:{jobs}` };
  }
  const connection: PostgresConnection = {
    connectionString: withoutOptions(databaseUrl),
    max: POOL_SIZE,
    application_name: 'tidings queues',
    keepAlive: true,
    query_timeout: SILENCE_MS,
    connectionTimeoutMillis: SILENCE_MS,
    // A job is a hint: losing the last few to a crash of the database costs a sweep, waiting for the disk costs every job.
    onConnect: sessionSettings({ search_path: 'bullmq', synchronous_commit: 'off' }),
  };
  // BullMQ types its connection for Redis; the backend factory below knows this one by its connection string.
  return { connection };
}

function redisConnection(url: string): QueueOptions['connection'] {
  const options = { maxRetriesPerRequest: null, socketTimeout: REDIS_SILENCE_MS };
  if (!isClusterUrl(url)) return { url, ...options };
  // BullMQ makes no client for a cluster by itself. All queues share this one; it ends with the process.
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
 * BullMQ asks for its schema in a start parameter: a pooler ignores or refuses that, and `options` of the address takes
 * its place. With an empty one nothing is asked for, and `onConnect` sets the schema.
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

/** BullMQ takes one backend factory for the whole process; this one goes by the connection that a queue was given. */
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

/** BullMQ makes its connections by one factory for the whole process. */
const clients = new Set<Redis | Cluster>();

/** Whether jobs live in Redis and no connection to it works. */
export const isRedisGone = (): boolean =>
  clients.size > 0 && [...clients].every(({ status }) => status !== 'ready' && status !== 'connect');

/** BullMQ closes when Redis has answered what is under way: one that doesn't would keep the process. */
export function giveUpRedis(): void {
  for (const client of clients) client.disconnect();
}

/** Makes BullMQ's tables, in a schema of their own, where jobs live in PostgreSQL. Safe to run at every start. */
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

/** CREATE SCHEMA takes the right to make one even where it is there already: an owner may have made it for us. */
async function withSchema(client: pg.Client): Promise<MigrationClient> {
  const { rows } = await client.query(`SELECT to_regnamespace('bullmq') IS NOT NULL AS made`);
  if (rows[0]?.made !== true) return client;
  const query = (sql: string, values?: unknown[]) =>
    sql.startsWith('CREATE SCHEMA') ? Promise.resolve({ rows: [] }) : client.query(sql, values);
  return { query };
}

type MigrationClient = Parameters<typeof runMigrations>[0];
