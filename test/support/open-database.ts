import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { createTestDatabase } from './database.js';

/** A database of its own, for tests of what asks it without a server around. */
export interface OpenedDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

export async function openTestDatabase(connections = 2): Promise<OpenedDatabase> {
  const { url, drop } = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(url, connections)).initialize();
  return {
    url,
    database: new Database(dataSource),
    async drop() {
      await dataSource.destroy();
      await drop();
    },
  };
}
