import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { sqlState } from './database.js';

/** An arbitrary lock key: its two halves spell "tidings". */
const MIGRATION_LOCK = [0x7469_6469, 0x6e67_73] as const;
const CONNECT_MS = 10_000;
const POLL_MS = 200;
const MAX_WAIT_MS = 10 * 60_000;

/**
 * Runs `work` while no other process migrates this database. The lock belongs to a transaction instead of a session, so
 * it ends with the connection and is not left in a pooled session.
 * @param tell receives a sentence when another process holds the lock
 * @throws Error naming the holder after ten minutes
 */
export async function withMigrationLock<Result>(
  url: string,
  tell: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tidings migration',
    connectionTimeoutMillis: CONNECT_MS,
  });
  let lost: Error | undefined;
  client.on('error', (error) => (lost = error));
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0');
    await acquire(client, tell);
    const result = await work();
    if (lost !== undefined) throw new Error('The connection that held the migration lock broke.', { cause: lost });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    throw sqlState(error) === MISSING_RIGHT ? await withGrants(client, error) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function acquire(client: pg.Client, tell: (line: string) => void): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (let told = false; ; told = true) {
    const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1, $2) AS held', [...MIGRATION_LOCK]);
    if (rows[0]?.held === true) return;
    const isLate = performance.now() > deadline;
    if (!told || isLate) {
      const holder = await holderOf(client);
      if (isLate) throw new Error(`The migration lock has been held for ten minutes by ${holder}.`);
      tell(`Waiting for another process's migration: the lock is held by ${holder}.`);
    }
    await delay(POLL_MS);
  }
}

/** PostgreSQL hides parts of other roles' sessions. */
async function holderOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string | null; state: string | null }>(
    `SELECT pid, application_name AS name, state FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [...MIGRATION_LOCK],
  );
  const [holder] = rows;
  if (holder === undefined) return 'a session that has just ended';
  const about = [holder.name, holder.state].filter((part) => part !== null && part !== '').join(', ');
  return `PostgreSQL process ${holder.pid} (${about}; SELECT pg_terminate_backend(${holder.pid}) ends it)`;
}

const MISSING_RIGHT = '42501';

async function withGrants(client: pg.Client, error: unknown): Promise<Error> {
  await client.query('ROLLBACK').catch(() => undefined);
  const { rows } = await client
    .query<{ role: string; database: string; schema: string | null }>(
      `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
         quote_ident(coalesce(current_schema(), 'public')) AS schema`,
    )
    .catch(() => ({ rows: [] }));
  const { role = 'tidings', database = 'tidings', schema = 'public' } = rows[0] ?? {};
  const reason = error instanceof Error ? error.message : '';
  return new Error(
    `The role ${role} lacks privileges that Tidings needs (${reason}). As the owner of the database:\n` +
      `  GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role};\n` +
      `  CREATE SCHEMA IF NOT EXISTS bullmq AUTHORIZATION ${role};   -- without Redis only\n` +
      `or GRANT CREATE ON DATABASE ${database} TO ${role} for the latter, or set DATABASE_DIRECT_URL to a role with these privileges.`,
    { cause: error },
  );
}
