import type { Database } from '../../src/platform/database/database.js';

/** The number of rows of a workspace, by table. */
export type WorkspaceRows = ReadonlyMap<string, number>;

interface Edge {
  readonly table: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
}

/** Columns without a foreign key that refer to a row of another table. */
const UNDECLARED: readonly Edge[] = [
  { table: 'subscription_spans', column: 'channel_id', parent: 'channels', parentColumn: 'id' },
  { table: 'span_progress', column: 'channel_id', parent: 'channels', parentColumn: 'id' },
  { table: 'log_setbacks', column: 'channel', parent: 'channels', parentColumn: 'name' },
];

/** The tables with rows of workspaces, from the catalogue of the database. */
export class WorkspaceTables {
  private constructor(
    /** A condition on the rows of the table, with the id of the workspace as `$1`. */
    private readonly conditions: ReadonlyMap<string, string>,
  ) {}

  /** Follows foreign keys from every table with a `workspace_id`, however long the chain. */
  static async find(database: Database): Promise<WorkspaceTables> {
    const direct = await database.query<{ table: string }>(
      `SELECT table_name AS table FROM information_schema.columns
       JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = 'public' AND column_name = 'workspace_id' AND table_type = 'BASE TABLE'`,
    );
    const declared = await database.query<Edge>(
      `SELECT child.table_name AS table, child.column_name AS column, parent.table_name AS parent,
         parent.column_name AS "parentColumn"
       FROM information_schema.referential_constraints AS rule
       JOIN information_schema.key_column_usage AS child USING (constraint_schema, constraint_name)
       JOIN information_schema.key_column_usage AS parent
         ON parent.constraint_schema = rule.unique_constraint_schema
         AND parent.constraint_name = rule.unique_constraint_name
         AND parent.ordinal_position = child.position_in_unique_constraint
       WHERE child.table_schema = 'public'`,
    );
    const conditions = new Map<string, string>([
      ['workspaces', 'id = $1::uuid'],
      ['audit_chains', 'id = $1::uuid'],
      ['audit', 'chain_id = $1::uuid'],
      [
        'channels',
        `name LIKE '%' || $1::uuid || '%' OR name IN (SELECT 'document:' || id FROM documents WHERE workspace_id = $1::uuid)`,
      ],
      ...direct.map(({ table }) => [table, 'workspace_id = $1::uuid'] as const),
    ]);
    const edges = [...declared, ...UNDECLARED].filter(({ parent }) => parent !== 'users');
    for (let grown = true; grown;) {
      grown = false;
      for (const { table, column, parent, parentColumn } of edges) {
        const of = conditions.get(parent);
        if (of === undefined || conditions.has(table)) continue;
        conditions.set(table, `${column} IN (SELECT ${parentColumn} FROM ${parent} WHERE ${of})`);
        grown = true;
      }
    }
    return new WorkspaceTables(conditions);
  }

  get names(): string[] {
    return [...this.conditions.keys()].toSorted();
  }

  async count(database: Database, workspaceId: string): Promise<WorkspaceRows> {
    const counts = new Map<string, number>();
    for (const [table, condition] of this.conditions) {
      const [row] = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${table} WHERE ${condition}`,
        [workspaceId],
      );
      counts.set(table, row?.count ?? 0);
    }
    return counts;
  }
}

/** The tables in which any column of a row contains the text. */
export async function tablesWith(database: Database, text: string): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query(`SELECT FROM ${name} AS row WHERE position($1 IN row::text) > 0 LIMIT 1`, [text]);
    if (rows.length > 0) found.push(name.replace('public.', ''));
  }
  return found;
}
