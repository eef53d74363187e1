import pg from 'pg';

const CONNECT_TIMEOUT_MS = 2000;

export function urlOf(port: number, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** True only for this cluster's server, ready for queries: another server on the port does not know the password. */
export async function accepts(port: number, password: string): Promise<boolean> {
  try {
    await inSession(port, password, async () => {});
    return true;
  } catch {
    return false;
  }
}

export async function createDatabaseIfMissing(port: number, password: string, name: string): Promise<void> {
  await inSession(port, password, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
}

async function inSession(port: number, password: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // Without a listener, a connection that breaks while idle would crash the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
