import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { migrations } from './migrations/migrations.js';
import { withMigrationLock } from './migration-lock.js';

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
