import { migrations } from './migrations/migrations.js';

export interface DatabaseState {
  /** Names of migrations that this version has and the database hasn't. */
  readonly pendingMigrations: readonly string[];
  /** A sentence for each setting under which a committed webhook may be lost. */
  readonly unsafeSettings: readonly string[];
  /** A standby follows that commits are not waited for: a failover to it loses what it has not got yet. */
  readonly hasAsynchronousStandby: boolean;
}

interface Row {
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
  readonly has_asynchronous_standby: boolean;
  readonly applied: readonly string[];
}

type Query = (sql: string) => Promise<Row[]>;

const LOOK = `
  SELECT current_setting('fsync') AS fsync,
         current_setting('synchronous_commit') AS synchronous_commit,
         current_setting('full_page_writes') AS full_page_writes,
         EXISTS (SELECT FROM pg_stat_replication
           WHERE COALESCE(state, 'streaming') = 'streaming'
             AND (current_setting('synchronous_standby_names') = '' OR current_setting('synchronous_commit') = 'local'
               OR sync_state IN ('async', 'potential'))) AS has_asynchronous_standby,
         ARRAY(SELECT name::text FROM tidings_migrations) AS applied`;

/**
 * One look at what the promises need of PostgreSQL.
 * @throws Error when the database doesn't answer, or has never been migrated
 */
export async function inspectDatabase(query: Query): Promise<DatabaseState> {
  const [row] = await query(LOOK);
  if (row === undefined) throw new Error('The database gave no answer.');
  const { applied, has_asynchronous_standby: hasAsynchronousStandby, ...settings } = row;
  return {
    pendingMigrations: migrations.map(({ name }) => name).filter((name) => !applied.includes(name)),
    hasAsynchronousStandby,
    unsafeSettings: Object.entries(settings)
      .filter(([, value]) => value === 'off')
      .map(([name]) => `PostgreSQL runs with ${name} = off: a committed webhook could be lost in a crash`),
  };
}
