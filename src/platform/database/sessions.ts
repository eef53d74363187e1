import pg from 'pg';

/**
 * `own`: a connection keeps one session of PostgreSQL for as long as it lasts. `shared`: a pooler in transaction mode gives
 * it another one after each transaction, so that nothing set or listened to in a session lasts, and what is left in one
 * meets somebody else.
 */
export type Sessions = 'own' | 'shared';

const ANSWER_MS = 5_000;
/** Poolers that hand out their sessions in turn show it to the second at the latest. */
const OTHERS = 2;

const OWN_SESSION = 'SELECT pg_backend_pid() AS pid';

/**
 * Looks whether other connections can get the session that one had a moment ago. Leaves nothing behind in any of them.
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
    for (let other = 0; other < OTHERS; other++) {
      const next = await open();
      // In an open transaction it keeps what it got.
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

/** A pooler lets clients in, and lets them wait for a session. */
const NO_SESSION =
  'PostgreSQL gave three connections no session within 5 s: behind a pooler, its pool is full (default_pool_size of PgBouncer).';

const isSilence = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(OWN_SESSION);
  return rows[0]?.pid ?? 0;
}

/** Settings of a session, set by a statement: what is asked for at the start of a connection, poolers ignore or refuse. */
export function sessionSettings(settings: Readonly<Record<string, string | number>>) {
  const sql = Object.entries(settings)
    .map(([name, value]) => `SET ${name} = ${value}`)
    .join('; ');
  return async (client: pg.ClientBase): Promise<void> => {
    await client.query(sql);
  };
}
