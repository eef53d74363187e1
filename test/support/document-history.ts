import pg from 'pg';

interface Saved {
  readonly head: string;
  readonly mark: string | null;
  readonly updates: readonly unknown[];
  readonly states: readonly unknown[];
}

/** The stored history of one document. A test puts it back, as a restore or a lagging standby does. */
export class DocumentHistory {
  private constructor(
    private readonly client: pg.Client,
    private readonly id: string,
  ) {}

  static async of(databaseUrl: string, id: string): Promise<DocumentHistory> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new DocumentHistory(client, id);
  }

  async save(): Promise<Saved> {
    const rows = async (sql: string) => (await this.client.query(sql, [this.id])).rows;
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const [document] = await rows('SELECT head, mark FROM documents WHERE id = $1');
    const updates = await rows('SELECT to_jsonb(u) AS row FROM document_updates u WHERE document_id = $1');
    const states = await rows('SELECT to_jsonb(s) AS row FROM document_states s WHERE document_id = $1');
    await this.client.query('COMMIT');
    return { head: document.head, mark: document.mark, updates, states };
  }

  /**
   * Restores a saved history. With `later`, the same transaction appends other updates, so that no process sees the
   * head decrease.
   * @param later updates of Yjs
   */
  async putBack({ head, mark, updates, states }: Saved, later: readonly Uint8Array[] = []): Promise<void> {
    const run = (sql: string, ...values: unknown[]) => this.client.query(sql, [this.id, ...values]);
    await this.client.query('BEGIN');
    await run('SELECT FROM documents WHERE id = $1 FOR NO KEY UPDATE');
    await run('DELETE FROM document_updates WHERE document_id = $1');
    await run('DELETE FROM document_states WHERE document_id = $1');
    for (const [table, saved] of [['document_updates', updates] as const, ['document_states', states] as const]) {
      const rows = JSON.stringify(saved.map((each) => (each as { row: unknown }).row));
      await this.client.query(
        `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [rows],
      );
    }
    await run('UPDATE documents SET head = $2, mark = $3 WHERE id = $1', head, mark);
    for (const bytes of later) {
      await run(
        `WITH stored AS (INSERT INTO document_updates (document_id, seq, bytes)
           SELECT id, head + 1, $2 FROM documents WHERE id = $1 RETURNING seq, mark)
         UPDATE documents SET head = stored.seq, mark = stored.mark FROM stored WHERE id = $1`,
        Buffer.from(bytes),
      );
    }
    await this.client.query('COMMIT');
  }

  async end(): Promise<void> {
    await this.client.end();
  }
}
