import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/migrations.js';

const CONNECT_MS = 2_000;
const STATEMENT_MS = 30_000;
/** The server can't end a statement of a connection that has died without a word: then we do, and drop the connection. */
const SILENCE_MS = STATEMENT_MS + 1_000;

/** How every process reaches PostgreSQL. `synchronous_commit` is pinned: an acknowledged webhook is on disk. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    migrations,
    migrationsTableName: 'tidings_migrations',
    connectTimeoutMS: CONNECT_MS,
    applicationName: 'tidings',
    extra: {
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: SILENCE_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      // Disks have no heads to move any more: an index is nearly as cheap to read at random as in order.
      options: '-c synchronous_commit=on -c random_page_cost=1.1',
    },
  };
}
