import { Injectable, Logger } from '@nestjs/common';
import { isTooFarOff } from '../clock/clock-drift.js';
import { databaseClock } from '../clock/database-clock.js';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { oldShare, type AgingRows } from './old-share.js';

/** Sweeps run every few minutes, so rows normally expire in small shares. */
const MAX_SHARE = 0.25;
/** Up to this many rows are deleted whatever their share: in a small installation all rows may have expired. */
const ALWAYS_ALLOWED = 100;
const LOG_AGAIN_MS = 3_600_000;

interface Refusal {
  readonly reason: 'clock' | 'share';
  readonly text: string;
}

/**
 * Protects data from a wrong clock. Deletion is refused while the local clock and the database's disagree, and when it
 * would remove a large share of a table at once, as after a clock jump. A share that is still expired after
 * RETENTION_HOLD_HOURS is deleted.
 */
@Injectable()
export class Retention {
  private readonly logger = new Logger('retention');
  private readonly refused;
  /** Time of the last log line, by table. */
  private readonly loggedAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.refused = metrics.counter({
      name: 'tidings_retention_refused_total',
      help: 'Sweeps that deleted nothing, because the clock was wrong or too many rows had expired at once.',
      labels: ['table', 'reason'],
    });
  }

  /** Runs `forget`, which deletes the expired rows, unless that is refused. @returns whether it ran */
  async run(rows: AgingRows, forget: () => Promise<unknown>): Promise<boolean> {
    for (const reason of ['clock', 'share']) this.refused.inc({ table: rows.table, reason }, 0);
    const refusal = await this.refusalOf(rows);
    if (refusal === undefined) {
      this.loggedAt.delete(rows.table);
      await forget();
    } else this.refuse(rows, refusal);
    return refusal === undefined;
  }

  private async refusalOf(rows: AgingRows): Promise<Refusal | undefined> {
    const driftMs = databaseClock.driftMs;
    if (isTooFarOff(driftMs)) {
      return { reason: 'clock', text: `the local clock and the database's differ by ${driftMs / 1_000} s` };
    }
    const { old, share } = await oldShare(this.database, rows);
    if (old <= ALWAYS_ALLOWED || share <= MAX_SHARE) {
      await this.database.query('DELETE FROM retention_holds WHERE name = $1', [rows.table]);
      return undefined;
    }
    const hoursLeft = this.config.retentionHoldHours - (await this.heldHours(rows.table));
    if (hoursLeft <= 0) return undefined;
    const text =
      `about ${old} rows, ${Math.round(share * 100)} % of the table, became older than ${rows.days} days at once; ` +
      `they are deleted in ${hoursLeft.toFixed(1)} h if that is still the case, or with RETENTION_HOLD_HOURS=0`;
    return { reason: 'share', text };
  }

  /** Hours since the hold of this table began, across processes and restarts. */
  private async heldHours(table: string): Promise<number> {
    const [hold] = await this.database.query<{ hours: number }>(
      `INSERT INTO retention_holds (name) VALUES ($1)
       ON CONFLICT (name) DO UPDATE SET since = least(retention_holds.since, now())
       RETURNING extract(epoch FROM now() - since)::float8 / 3600 AS hours`,
      [table],
    );
    return hold?.hours ?? 0;
  }

  private refuse({ table }: AgingRows, { reason, text }: Refusal): void {
    this.refused.inc({ table, reason });
    const loggedAt = this.loggedAt.get(table) ?? -Infinity;
    if (performance.now() - loggedAt < LOG_AGAIN_MS) return;
    this.loggedAt.set(table, performance.now());
    this.logger.error({ msg: `nothing is deleted from ${table}: ${text}`, table, reason });
  }
}
