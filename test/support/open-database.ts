import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { LocalBus } from './local-bus.js';
import { Database } from '../../src/platform/database/database.js';
import { History } from '../../src/platform/history/history.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { createTestDatabase } from './database.js';

/** A database of its own, for tests that query it without a server. */
export interface OpenedDatabase {
  readonly url: string;
  readonly database: Database;
  readonly history: History;
  drop(): Promise<void>;
}

export async function openTestDatabase(connections = 2): Promise<OpenedDatabase> {
  const { url, drop } = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(url, connections)).initialize();
  const database = new Database(dataSource);
  return {
    url,
    database,
    history: historyOf(database),
    async drop() {
      await dataSource.destroy();
      await drop();
    },
  };
}

/** A history that checks only when asked. Its bus reaches no other process. */
export function historyOf(database: Database): History {
  return new History(database, new LocalBus(), new Metrics());
}
