import { migrations } from './migrations/migrations.js';

export interface DatabaseState {
  /** Names of migrations of this version that have not been applied. */
  readonly pendingMigrations: readonly string[];
  /** One sentence per setting that can lose a committed webhook. */
  readonly unsafeSettings: readonly string[];
  /** Commits do not wait for a standby: a failover to it loses the commits that it has not received. */
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

const INSPECT = `
  SELECT current_setting('fsync') AS fsync,
         current_setting('synchronous_commit') AS synchronous_commit,
         current_setting('full_page_writes') AS full_page_writes,
         EXISTS (SELECT FROM pg_stat_replication
           WHERE COALESCE(state, 'streaming') = 'streaming'
             AND (current_setting('synchronous_standby_names') = '' OR current_setting('synchronous_commit') = 'local'
               OR sync_state IN ('async', 'potential'))) AS has_asynchronous_standby,
         ARRAY(SELECT name::text FROM tidings_migrations) AS applied`;

/**
 * Inspects the PostgreSQL settings on which the delivery guarantees depend.
 * @throws Error when the database doesn't answer, or has never been migrated
 */
export async function inspectDatabase(query: Query): Promise<DatabaseState> {
  const [row] = await query(INSPECT);
  if (row === undefined) throw new Error('The database returned no row.');
  const { applied, has_asynchronous_standby: hasAsynchronousStandby, ...settings } = row;
  return {
    pendingMigrations: migrations.map(({ name }) => name).filter((name) => !applied.includes(name)),
    hasAsynchronousStandby,
    unsafeSettings: Object.entries(settings)
      .filter(([, value]) => value === 'off')
      .map(([name]) => `PostgreSQL runs with ${name} = off: a committed webhook could be lost in a crash`),
  };
}
