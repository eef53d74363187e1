import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrate } from '../database/migrate.js';
import { migrations } from '../database/migrations/migrations.js';
import { BackupError, BackupReader, firstLine, type RowCounts, type TableLine } from './backup-file.js';
import { listMigrations, listTables, type BackupTable } from './list-tables.js';

/**
 * Restores a backup into an empty database, in the schema of the release that wrote it: the caller migrates, and gives
 * the log new epochs. After a failure the database has no rows of the backup.
 * @param url a direct connection to PostgreSQL or a pooler in session mode
 * @returns the number of rows by table
 * @throws BackupError for an incomplete file, a newer release's, or a database that is not empty
 */
export async function restoreBackup(url: string, path: string): Promise<RowCounts> {
  const reader = new BackupReader(path);
  const client = new pg.Client({ connectionString: url, application_name: 'tidings restore' });
  await client.connect();
  try {
    const written = await reader.json(firstLine);
    if ((await listMigrations(client)).length > 0)
      throw new BackupError('The database already has tables of Tidings: restore into an empty database.');
    await createSchema(url, written.migrations);
    await client.query('BEGIN; SET LOCAL statement_timeout = 0');
    const rows = await restoreRows(client, reader);
    await client.query('COMMIT');
    return rows;
  } finally {
    await client.end();
    await reader.close();
  }
}

/** Runs the migrations of the backup, not those of later releases. */
async function createSchema(url: string, names: readonly string[]): Promise<void> {
  const wanted = migrations.filter(({ name }) => names.includes(name));
  if (wanted.length < names.length)
    throw new BackupError('A newer release of Tidings wrote the backup: restore it with that release.');
  await migrate(url, () => undefined, wanted);
}

async function restoreRows(client: pg.Client, reader: BackupReader): Promise<RowCounts> {
  const tables = await listTables(client);
  await removeInitialRows(client, tables);
  const rows: RowCounts = {};
  for (;;) {
    const next = await reader.tableOrLast();
    if (!('table' in next)) {
      checkCounts(next.rows, rows);
      break;
    }
    if (!tables.some(({ name }) => name === next.table)) throw new BackupError(`There is no table ${next.table}.`);
    rows[next.table] = await restoreTable(client, next, reader);
  }
  for (const { name } of tables) await client.query(`ALTER TABLE ${client.escapeIdentifier(name)} ENABLE TRIGGER USER`);
  return rows;
}

/** Migrations insert a few rows, which the backup has as well. Triggers of the audit trail refuse to delete rows. */
async function removeInitialRows(client: pg.Client, tables: readonly BackupTable[]): Promise<void> {
  for (const { name } of tables.toReversed()) {
    const table = client.escapeIdentifier(name);
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await client.query(`DELETE FROM ${table}`);
  }
}

async function restoreTable(
  client: pg.Client,
  { table, columns, identity }: TableLine,
  reader: BackupReader,
): Promise<number> {
  const names = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const copy = client.query(copyFrom(`COPY ${client.escapeIdentifier(table)} (${names}) FROM STDIN`));
  await pipeline(reader.rows(), copy);
  if (identity !== undefined) {
    const sequence = [client.escapeIdentifier(table), identity.column, identity.last];
    await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', sequence);
  }
  return copy.rowCount ?? 0;
}

function checkCounts(expected: RowCounts, found: RowCounts): void {
  const wrong = Object.keys({ ...expected, ...found }).filter((table) => expected[table] !== found[table]);
  if (wrong.length > 0) throw new BackupError(`The backup does not have all rows of ${wrong.join(', ')}.`);
}
