import pg from 'pg';

/** Locks a row of the database, so that a test can act while another connection waits for it. */
export class RowLock {
  private readonly client: pg.Client;
  private released: Promise<void> | undefined;

  constructor(databaseUrl: string) {
    this.client = new pg.Client({ connectionString: databaseUrl });
  }

  /** @param sql a SELECT ... FOR, with `value` as $1 */
  async lock(sql: string, value: string): Promise<void> {
    await this.client.connect();
    await this.client.query('BEGIN');
    await this.client.query(sql, [value]);
  }

  /** The process that waits for this lock, directly or behind others, and already holds row locks of `table`. */
  async waiterWith(table: string): Promise<number | undefined> {
    const { rows } = await this.client.query<{ pid: number }>(
      `WITH RECURSIVE waiting (pid) AS (
         SELECT pg_backend_pid()
         UNION SELECT behind.pid FROM pg_stat_activity AS behind JOIN waiting ON waiting.pid = ANY(pg_blocking_pids(behind.pid)))
       SELECT pid FROM waiting JOIN pg_locks USING (pid)
       WHERE relation = $1::regclass AND mode = 'RowShareLock' AND granted`,
      [table],
    );
    return rows[0]?.pid;
  }

  async isWaitedFor(pid: number): Promise<boolean> {
    const { rows } = await this.client.query(
      'SELECT FROM pg_stat_activity WHERE $1::int = ANY(pg_blocking_pids(pid))',
      [pid],
    );
    return rows.length > 0;
  }

  release(): Promise<void> {
    return (this.released ??= this.client.query('COMMIT').then(() => this.client.end()));
  }
}
