import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { migrations } from './migrations/migrations.js';
import { withMigrationLock } from './migration-lock.js';

/** @returns the names of the migrations that `migrate` would apply, in their order; it changes nothing */
export async function pendingMigrations(url: string): Promise<string[]> {
  const dataSource = await new DataSource(dataSourceOptions(url, 1)).initialize();
  try {
    const [found] = await dataSource.query<Array<{ isMade: boolean }>>(
      `SELECT to_regclass('tidings_migrations') IS NOT NULL AS "isMade"`,
    );
    if (found?.isMade !== true) return migrations.map(({ name }) => name);
    const rows = await dataSource.query<Array<{ name: string }>>('SELECT name FROM tidings_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Applies pending migrations. When several processes start at once, one migrates and the others wait and report it.
 * @param url a direct connection to PostgreSQL or a pooler in session mode
 * @param wanted the migrations to apply, all by default
 * @throws Error when a migration fails; all migrations are then rolled back
 */
export async function migrate(
  url: string,
  tell: (line: string) => void = () => undefined,
  wanted = migrations,
): Promise<void> {
  const dataSource = new DataSource({ ...dataSourceOptions(url, 1), migrations: wanted });
  await withMigrationLock(url, tell, async () => {
    try {
      await dataSource.initialize();
      await dataSource.runMigrations({ transaction: 'all' });
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  });
}
