import type { DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/migrations.js';
import { sessionSettings, type Sessions } from './sessions.js';

const CONNECT_MS = 2_000;
const STATEMENT_MS = 30_000;
/** The server cannot end a statement of a connection that broke silently, so the client times out and drops it. */
const QUERY_TIMEOUT_MS = STATEMENT_MS + 1_000;

/**
 * `synchronous_commit` is pinned, so that an acknowledged webhook is on disk. On SSDs, random index reads cost nearly
 * as little as sequential ones.
 */
const SESSION = {
  synchronous_commit: 'on',
  random_page_cost: 1.1,
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: STATEMENT_MS,
};

/** How every process connects to PostgreSQL. Shared sessions keep the settings of the role: see docs/operations.md. */
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
      query_timeout: QUERY_TIMEOUT_MS,
      ...(sessions === 'own' ? { onConnect: sessionSettings(SESSION) } : {}),
    },
  };
}
