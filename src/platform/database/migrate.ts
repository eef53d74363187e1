import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

/** Any number that no other program uses on this database: the two halves spell "tidings". */
const MIGRATION_LOCK = [0x7469_6469, 0x6e67_73] as const;

/**
 * Brings the schema up to date. Several processes may start at once: one migrates, the others wait.
 * @throws Error when a migration fails; it is rolled back whole
 */
export async function migrate(url: string): Promise<void> {
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await lock.connect();
  const dataSource = new DataSource(dataSourceOptions(url, 1));
  try {
    await lock.query('SELECT pg_advisory_lock($1, $2)', [...MIGRATION_LOCK]);
    await dataSource.initialize();
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await lock.end();
  }
}
