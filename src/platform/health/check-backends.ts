import pg from 'pg';
import { ConfigError, type Config } from '../config/config.js';
import { inspectDatabase } from '../database/inspect-database.js';
import { sessionsAt, type Sessions } from '../database/sessions.js';
import { redisAtStart } from '../bus/redis-at-start.js';
import type { Log } from '../logging/logger.js';

const CONNECT_MS = 5_000;

/**
 * Looks at how the servers that we rely on are set up, once, at the start. Outside production a fault is only logged.
 * @returns whether connections to `databaseUrl` have sessions of their own
 * @throws ConfigError in production, naming every setting under which an acknowledged webhook or a job could be lost
 */
export async function checkBackends(config: Config, databaseUrl: string, log: Log): Promise<Sessions> {
  const { production, redisUrl } = config;
  const sessions = await checkSessions(config, databaseUrl);
  const problems = [
    ...(await unsafeDatabaseSettings(databaseUrl)),
    ...(redisUrl === undefined ? [] : await redisAtStart(redisUrl, config.redisPrefix, log)),
  ];
  if (production && problems.length > 0) throw new ConfigError(problems);
  for (const problem of problems) log.warn(`${problem}; production refuses to start like this`);
  return sessions;
}

/**
 * Nothing is changed by the looking, so it comes before the migrations.
 * @throws ConfigError where a pooler takes the sessions away that we need
 */
export async function checkSessions({ databaseDirectUrl }: Config, databaseUrl: string): Promise<Sessions> {
  const sessions = await sessionsAt(databaseUrl);
  const direct = databaseDirectUrl === undefined ? sessions : await sessionsAt(databaseDirectUrl);
  if (direct === 'own') return sessions;
  const name = databaseDirectUrl === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  throw new ConfigError([
    `${name}: leads through a connection pooler in transaction mode (PgBouncer, Supavisor and the like), where migrations, ` +
      'wake-ups and jobs have no session; let DATABASE_DIRECT_URL name PostgreSQL itself or the port of the session mode',
  ]);
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
