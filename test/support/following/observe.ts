import pg from 'pg';
import type { ServerProcess } from '../server-process.js';

const LOOK_EVERY_MS = 500;

/** The value of a metric without labels; 0 when there is none. */
export async function metricOf(server: ServerProcess, name: string): Promise<number> {
  const text = await fetch(`${server.url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** What servers and their database went through at the worst, looked at twice a second. */
export class Observer {
  /** Of half a second each, the 99th percentile of the event loop's delay, in milliseconds. */
  worstLagMs = 0;
  maxConnections = 0;
  /** What the database committed meanwhile, all statements of servers and tests. */
  transactions = 0;
  private stopped = false;
  private readonly looking: Promise<void>;

  constructor(
    private readonly servers: readonly ServerProcess[],
    databaseUrl: string,
  ) {
    this.looking = this.look(new pg.Client({ connectionString: databaseUrl }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking;
  }

  private async look(client: pg.Client): Promise<void> {
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
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
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
