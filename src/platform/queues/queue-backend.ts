import {
  createPostgresBackend,
  createRedisBackend,
  runMigrations,
  setDefaultBackendFactory,
  type BackendFactory,
  type QueueOptions,
} from 'bullmq';
import pg from 'pg';
import { isClusterUrl, redisClient } from '../redis/redis-client.js';

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
    return { connection: redisConnection(redisUrl), prefix: `{${redisPrefix}-jobs}` };
  }
  const connection: PostgresConnection = {
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'tidings queues',
    keepAlive: true,
    query_timeout: SILENCE_MS,
    connectionTimeoutMillis: SILENCE_MS,
    // A job is a hint: losing the last few to a crash of the database costs a sweep, waiting for the disk costs every job.
    options: '-c synchronous_commit=off',
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
  readonly options: string;
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
}

/** Makes BullMQ's tables, in a schema of their own, where jobs live in PostgreSQL. Safe to run at every start. */
export async function migrateQueues({ databaseUrl, redisUrl }: QueueBackend): Promise<void> {
  if (redisUrl !== undefined) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
