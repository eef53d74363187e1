import type pg from 'pg';

/** A table as a backup holds it. */
export interface BackupTable {
  readonly name: string;
  /** Without generated columns, which PostgreSQL computes again. */
  readonly columns: readonly string[];
  /** The column whose numbers a sequence gives; undefined in a table without one. */
  readonly identity: string | undefined;
}

interface Row {
  readonly name: string;
  readonly columns: readonly string[];
  readonly identity: string | null;
  readonly references: readonly string[];
}

/** A backup names the migrations in its first line instead. */
const MIGRATIONS = 'tidings_migrations';

/** The tables of the service, each after those that its foreign keys refer to. */
export async function listTables(client: pg.Client): Promise<BackupTable[]> {
  const { rows } = await client.query<Row>(
    `SELECT c.relname::text AS name,
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
             ORDER BY a.attnum) AS columns,
       (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> '') AS identity,
       array(SELECT DISTINCT r.relname::text FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
             WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> k.conrelid) AS references
     FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> $1
     ORDER BY c.relname`,
    [MIGRATIONS],
  );
  return inOrderOfReferences(rows).map(({ name, columns, identity }) => ({
    name,
    columns,
    identity: identity ?? undefined,
  }));
}

/** @throws Error when tables refer to each other in a circle */
function inOrderOfReferences(rows: readonly Row[]): Row[] {
  const ordered: Row[] = [];
  const waiting = new Map(rows.map((row) => [row.name, row]));
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ references }) => !references.some((name) => waiting.has(name)));
    if (free.length === 0) throw new Error(`These tables refer to each other: ${[...waiting.keys()].join(', ')}.`);
    for (const row of free) waiting.delete(row.name);
    ordered.push(...free);
  }
  return ordered;
}

/** The migrations that this database has, in their order; empty in a database without the service. */
export async function listMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [MIGRATIONS]);
  if (rows[0]?.found == null) return [];
  const applied = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS} ORDER BY timestamp, id`);
  return applied.rows.map(({ name }) => name);
}
