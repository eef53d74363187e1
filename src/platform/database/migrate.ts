import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { withMigrationLock } from './migration-lock.js';

/**
 * Brings the schema up to date. Several processes may start at once: one migrates, the others wait and say so.
 * @param url leads to PostgreSQL itself or through a pooler in session mode
 * @throws Error when a migration fails; it is rolled back whole
 */
export async function migrate(url: string, tell: (line: string) => void = () => undefined): Promise<void> {
  const dataSource = new DataSource(dataSourceOptions(url, 1));
  await withMigrationLock(url, tell, async () => {
    try {
      await dataSource.initialize();
      await dataSource.runMigrations({ transaction: 'all' });
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  });
}
