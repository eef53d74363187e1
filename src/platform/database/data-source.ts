import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/migrations.js';
import { sessionSettings, type Sessions } from './sessions.js';

const CONNECT_MS = 2_000;
const STATEMENT_MS = 30_000;
/** The server can't end a statement of a connection that has died without a word: then we do, and drop the connection. */
const SILENCE_MS = STATEMENT_MS + 1_000;

/**
 * `synchronous_commit` is pinned: an acknowledged webhook is on disk. Disks have no heads to move any more: an index is
 * nearly as cheap to read at random as in order.
 */
const SESSION = {
  synchronous_commit: 'on',
  random_page_cost: 1.1,
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: STATEMENT_MS,
};

/** How every process reaches PostgreSQL. Where sessions are shared, they are as the role has them: see docs/operations.md. */
export function dataSourceOptions(url: string, poolSize: number, sessions: Sessions = 'own'): DataSourceOptions {
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
      query_timeout: SILENCE_MS,
      ...(sessions === 'own' ? { onConnect: sessionSettings(SESSION) } : {}),
    },
  };
}
