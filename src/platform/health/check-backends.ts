import pg from 'pg';
import { ConfigError, type Config } from '../config/config.js';
import { inspectDatabase } from '../database/inspect-database.js';
import { sessionsAt, type Sessions } from '../database/sessions.js';
import { redisAtStart } from '../bus/redis-at-start.js';
import type { Log } from '../logging/logger.js';

const CONNECT_MS = 5_000;

/**
 * Checks the settings of PostgreSQL and Redis once at start. Outside production, problems are only logged.
 * @returns whether connections to `databaseUrl` have their own sessions
 * @throws ConfigError in production, listing every setting that can lose an acknowledged webhook or a job
 */
export async function checkBackends(config: Config, databaseUrl: string, log: Log): Promise<Sessions> {
  const { production, redisUrl } = config;
  const sessions = await checkSessions(config, databaseUrl);
  const problems = [
    ...(await unsafeDatabaseSettings(databaseUrl)),
    ...(redisUrl === undefined ? [] : await redisAtStart(redisUrl, config.redisPrefix, log)),
  ];
  if (production && problems.length > 0) throw new ConfigError(problems);
  for (const problem of problems) log.warn(`${problem}; this prevents a start in production`);
  return sessions;
}

/**
 * Read-only, so it can run before the migrations.
 * @throws ConfigError when a pooler provides no sessions where they are required
 */
export async function checkSessions({ databaseDirectUrl }: Config, databaseUrl: string): Promise<Sessions> {
  const sessions = await sessionsAt(databaseUrl);
  const direct = databaseDirectUrl === undefined ? sessions : await sessionsAt(databaseDirectUrl);
  if (direct === 'own') return sessions;
  const name = databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  throw new ConfigError([
    `${name}: points to a connection pooler in transaction mode (PgBouncer, Supavisor or similar), which provides no ` +
      'sessions for migrations, hints and jobs; set DATABASE_DIRECT_URL to PostgreSQL itself or to the session-mode port',
  ]);
}

/** Checks the server defaults: our own connections turn synchronous_commit on, but a pooler may drop that setting. */
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
