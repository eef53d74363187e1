import pg from 'pg';
import type { ServerProcess } from '../server-process.js';

const SAMPLE_MS = 500;

/** The value of a metric without labels; 0 when the server does not have it. */
export async function metricOf(server: ServerProcess, name: string): Promise<number> {
  const text = await fetch(`${server.url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Records peak values of servers and their database, sampled twice a second. */
export class Observer {
  /** The highest sample of the event loop's delay (99th percentile), in milliseconds. */
  worstLagMs = 0;
  maxConnections = 0;
  /** The number of transactions that the database committed meanwhile, for servers and tests. */
  transactions = 0;
  private stopped = false;
  private readonly sampling: Promise<void>;

  constructor(
    private readonly servers: readonly ServerProcess[],
    databaseUrl: string,
  ) {
    this.sampling = this.sample(new pg.Client({ connectionString: databaseUrl }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sampling;
  }

  private async sample(client: pg.Client): Promise<void> {
    await client.connect();
    const before = await transactionsOf(client);
    while (!this.stopped) {
      const lags = await Promise.all(
        this.servers.map((server) => metricOf(server, 'nodejs_eventloop_lag_p99_seconds')),
      );
      this.worstLagMs = Math.max(this.worstLagMs, ...lags.map((seconds) => seconds * 1_000));
      const { rows } = await client.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()',
      );
      this.maxConnections = Math.max(this.maxConnections, rows[0]?.count ?? 0);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
    this.transactions = (await transactionsOf(client)) - before;
    await client.end();
  }
}

async function transactionsOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(rows[0]?.count);
}

/** @param share 0.5 for the median */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
