import pg from 'pg';

/** Keeps a row of the database locked, so that a test can do something while somebody else waits for it. */
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

  /** Whether so many wait for a lock now, for this one or for what those hold who wait for it. */
  async isWaitedFor(count: number): Promise<boolean> {
    const { rows } = await this.client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length === count;
  }

  release(): Promise<void> {
    return (this.released ??= this.client.query('COMMIT').then(() => this.client.end()));
  }
}
