import pg from 'pg';
import { ConfigError, type Config } from '../config/config.js';
import { inspectDatabase } from '../database/inspect-database.js';
import { unsafeRedisSettings } from '../queues/queue-probe.js';
import type { Log } from './logger.js';

const CONNECT_MS = 5_000;

/**
 * Looks at how the servers that we rely on are set up, once, at the start. Outside production a fault is only logged.
 * @throws ConfigError in production, naming every setting under which an acknowledged webhook or a job could be lost
 */
export async function checkBackends({ production, redisUrl }: Config, databaseUrl: string, log: Log): Promise<void> {
  const problems = [
    ...(await unsafeDatabaseSettings(databaseUrl)),
    ...(redisUrl === undefined ? [] : await unsafeRedisSettings(redisUrl)),
  ];
  if (production && problems.length > 0) throw new ConfigError(problems);
  for (const problem of problems) log.warn(`${problem}; production refuses to start like this`);
}

/** As the server is set up for everybody: our own connections turn synchronous_commit on, a pooler may not pass that. */
async function unsafeDatabaseSettings(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS, query_timeout: CONNECT_MS });
  await client.connect();
  try {
    const { unsafeSettings } = await inspectDatabase(async (sql) => (await client.query(sql)).rows);
    return unsafeSettings;
  } finally {
    await client.end();
  }
}
