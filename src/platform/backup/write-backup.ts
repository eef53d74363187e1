import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  BackupError,
  END_OF_TABLE,
  type FirstLine,
  type LastLine,
  type RowCounts,
  type TableLine,
} from './backup-file.js';
import { listMigrations, listTables, type BackupTable } from './list-tables.js';

/**
 * Writes all tables into one file, as of one moment, while the service runs. Only the owner may read the file, which
 * appears when it is complete. Sealed secrets stay sealed: a restore needs SECRETS_KEY.
 * @param url a direct connection to PostgreSQL or a pooler in session mode
 * @param force replaces a file at that path
 * @returns the number of rows by table
 * @throws BackupError when the file exists, or the database does not belong to the service
 */
export async function writeBackup(url: string, path: string, { force = false } = {}): Promise<RowCounts> {
  if (!force && existsSync(path)) throw new BackupError(`${path} exists. Choose another name, or use --force.`);
  const client = new pg.Client({ connectionString: url, application_name: 'tidings backup' });
  await client.connect();
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    const rows = await writeFile(client, unfinished);
    await client.query('COMMIT');
    await rename(unfinished, path);
    return rows;
  } finally {
    await client.end();
    await rm(unfinished, { force: true });
  }
}

async function writeFile(client: pg.Client, path: string): Promise<RowCounts> {
  const migrations = await listMigrations(client);
  if (migrations.length === 0) throw new BackupError('The database has no tables of Tidings.');
  const gzip = createGzip();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const written = finished(gzip.pipe(file));
  // Awaited below; a failure before that must not be unhandled.
  written.catch(() => undefined);
  await line(gzip, {
    format: 'tidings-backup',
    version: 1,
    createdAt: await transactionTime(client),
    migrations,
  } satisfies FirstLine);
  const rows: RowCounts = {};
  for (const table of await listTables(client)) rows[table.name] = await writeTable(client, table, gzip);
  await line(gzip, { rows } satisfies LastLine);
  gzip.end();
  await written;
  await sync(path);
  return rows;
}

/** The moment of the snapshot. */
async function transactionTime(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ at: Date }>('SELECT now() AS at');
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not tell its time.');
  return row.at.toISOString();
}

async function writeTable(client: pg.Client, table: BackupTable, gzip: Gzip): Promise<number> {
  const identity = await identityOf(client, table);
  await line(gzip, {
    table: table.name,
    columns: [...table.columns],
    ...(identity && { identity }),
  } satisfies TableLine);
  const names = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const copy = client.query(copyTo(`COPY ${client.escapeIdentifier(table.name)} (${names}) TO STDOUT`));
  for await (const chunk of copy as AsyncIterable<Buffer>) await write(gzip, chunk);
  await write(gzip, `${END_OF_TABLE}\n`);
  return copy.rowCount ?? 0;
}

/** Sequences are outside of the snapshot: a later number than that of the rows does no harm. */
async function identityOf(
  client: pg.Client,
  { name, identity }: BackupTable,
): Promise<TableLine['identity'] | undefined> {
  if (identity === undefined) return undefined;
  const { rows } = await client.query<{ last: string | null }>(
    'SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass)::text AS last',
    [client.escapeIdentifier(name), identity],
  );
  const last = rows[0]?.last;
  return last == null ? undefined : { column: identity, last };
}

const line = (gzip: Gzip, value: FirstLine | TableLine | LastLine): Promise<void> =>
  write(gzip, `${JSON.stringify(value)}\n`);

async function write(gzip: Gzip, data: string | Buffer): Promise<void> {
  if (!gzip.write(data)) await once(gzip, 'drain');
}

/** Otherwise the new name could survive a loss of power without the content. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}
