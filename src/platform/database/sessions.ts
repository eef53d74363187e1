import pg from 'pg';

/**
 * `own`: a connection keeps one PostgreSQL session for its lifetime. `shared`: a pooler in transaction mode may switch
 * the session after each transaction, so session settings and LISTEN do not last, and leftovers affect other clients.
 */
export type Sessions = 'own' | 'shared';

const ANSWER_MS = 5_000;
/** Poolers that assign sessions in turn show it with the second connection at the latest. */
const EXTRA_CONNECTIONS = 2;

const OWN_SESSION = 'SELECT pg_backend_pid() AS pid';

/**
 * Checks whether another connection can get the session that a connection had before. Leaves no state in any session.
 * @throws Error when PostgreSQL can't be reached
 */
export async function sessionsAt(url: string): Promise<Sessions> {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'tidings start',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    const first = await open();
    const session = await pidOf(first);
    for (let other = 0; other < EXTRA_CONNECTIONS; other++) {
      const next = await open();
      // An open transaction pins its session.
      await next.query('BEGIN');
      if ((await pidOf(next)) === session || (await pidOf(first)) !== session) return 'shared';
    }
    return 'own';
  } catch (error) {
    throw isSilence(error) ? new Error(NO_SESSION, { cause: error }) : error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

/** A pooler accepts clients and makes them wait for a session. */
const NO_SESSION =
  'PostgreSQL provided no session for three connections within 5 s: if there is a pooler, its pool is full (default_pool_size of PgBouncer).';

const isSilence = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(OWN_SESSION);
  return rows[0]?.pid ?? 0;
}

/** Session settings as a statement: poolers ignore or reject settings in the connection's start-up packet. */
export function sessionSettings(settings: Readonly<Record<string, string | number>>) {
  const sql = Object.entries(settings)
    .map(([name, value]) => `SET ${name} = ${value}`)
    .join('; ');
  return async (client: pg.ClientBase): Promise<void> => {
    await client.query(sql);
  };
}
