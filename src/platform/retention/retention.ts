import { Injectable, Logger } from '@nestjs/common';
import { isTooFarOff } from '../clock/clock-drift.js';
import { databaseClock } from '../clock/database-clock.js';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { oldShare, type AgingRows } from './old-share.js';

/** What time alone makes too old comes in small parts: a sweep runs every few minutes. */
const MAX_SHARE = 0.25;
/** Fewer rows are forgotten whatever their share: a small installation has little, and all of it may be old. */
const FEW = 100;
const SAY_AGAIN_MS = 3_600_000;

interface Refusal {
  readonly reason: 'clock' | 'share';
  readonly text: string;
}

/**
 * Forgets nothing by a clock that may be wrong. A sweep is refused while the clock of this process and the database's
 * disagree, and when it would take a large share of a table at once: a clock that has jumped looks like that, and what
 * is deleted doesn't come back with the right time. A share that is still too old RETENTION_HOLD_HOURS later is forgotten.
 */
@Injectable()
export class Retention {
  private readonly logger = new Logger('retention');
  private readonly refused;
  /** By table. */
  private readonly saidAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.refused = metrics.counter({
      name: 'tidings_retention_refused_total',
      help: 'Sweeps that would have forgotten too much, or by a wrong clock, and forgot nothing.',
      labels: ['table', 'reason'],
    });
  }

  /** Runs `forget`, which deletes these rows where they are too old, unless that is refused. @returns whether it ran */
  async run(rows: AgingRows, forget: () => Promise<unknown>): Promise<boolean> {
    const refusal = await this.refusalOf(rows);
    if (refusal === undefined) {
      this.saidAt.delete(rows.table);
      await forget();
    } else this.refuse(rows, refusal);
    return refusal === undefined;
  }

  private async refusalOf(rows: AgingRows): Promise<Refusal | undefined> {
    const driftMs = databaseClock.driftMs;
    if (isTooFarOff(driftMs)) {
      return { reason: 'clock', text: `this process's clock and the database's differ by ${driftMs / 1_000} s` };
    }
    const { old, share } = await oldShare(this.database, rows);
    if (old <= FEW || share <= MAX_SHARE) {
      await this.database.query('DELETE FROM retention_holds WHERE name = $1', [rows.table]);
      return undefined;
    }
    const hoursLeft = this.config.retentionHoldHours - (await this.heldHours(rows.table));
    if (hoursLeft <= 0) return undefined;
    const text =
      `about ${old} rows, ${Math.round(share * 100)} % of the table, have become older than ${rows.days} days at once; ` +
      `they are forgotten in ${hoursLeft.toFixed(1)} h if that is still so, or with RETENTION_HOLD_HOURS=0`;
    return { reason: 'share', text };
  }

  /** For how long this table has been in that state, over all processes and their restarts. */
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
    const saidAt = this.saidAt.get(table) ?? -Infinity;
    if (performance.now() - saidAt < SAY_AGAIN_MS) return;
    this.saidAt.set(table, performance.now());
    this.logger.error({ msg: `nothing is forgotten of ${table}: ${text}`, table, reason });
  }
}
