import { migrations } from './migrations/migrations.js';

export interface DatabaseState {
  /** Names of migrations that this version has and the database hasn't. */
  readonly pendingMigrations: readonly string[];
  /** A sentence for each setting under which a committed webhook may be lost. */
  readonly unsafeSettings: readonly string[];
}

interface Row {
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
  readonly applied: readonly string[];
}

type Query = (sql: string) => Promise<Row[]>;

const LOOK = `
  SELECT current_setting('fsync') AS fsync,
         current_setting('synchronous_commit') AS synchronous_commit,
         current_setting('full_page_writes') AS full_page_writes,
         ARRAY(SELECT name::text FROM tidings_migrations) AS applied`;

/**
 * One look at what the promises need of PostgreSQL.
 * @throws Error when the database doesn't answer, or has never been migrated
 */
export async function inspectDatabase(query: Query): Promise<DatabaseState> {
  const [row] = await query(LOOK);
  if (row === undefined) throw new Error('The database gave no answer.');
  const { applied, ...settings } = row;
  return {
    pendingMigrations: migrations.map(({ name }) => name).filter((name) => !applied.includes(name)),
    unsafeSettings: Object.entries(settings)
      .filter(([, value]) => value === 'off')
      .map(([name]) => `PostgreSQL runs with ${name} = off: a committed webhook could be lost in a crash`),
  };
}
