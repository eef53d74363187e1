import type { Database } from '../database/database.js';
import { deleteInPieces } from '../database/delete-in-pieces.js';
import type { Pruning } from '../retention/retention-schedule.js';
import { HOUR, HOURS_KEPT_DAYS, MINUTE, MINUTES_KEPT_HOURS } from './rollups.js';

const PRUNE_MS = 300_000;

const KEPT_HOURS = [
  [MINUTE, MINUTES_KEPT_HOURS],
  [HOUR, HOURS_KEPT_DAYS * 24],
] as const;

/**
 * Deletes figures of minutes after two days, and of hours after 31 days.
 * @param table with the columns `seconds` and `at`
 * @param key the columns of its primary key
 */
export const pruneRollups = (database: Database, table: string, key: string): Pruning => ({
  everyMs: PRUNE_MS,
  rows: { table, agesBy: 'at', days: HOURS_KEPT_DAYS },
  async prune(isStopping) {
    for (const kept of KEPT_HOURS) {
      await deleteInPieces(
        database,
        `DELETE FROM ${table} WHERE (${key}) IN (
           SELECT ${key} FROM ${table}
           WHERE seconds = $1 AND at < now() - make_interval(hours => $2) LIMIT $3) RETURNING 1`,
        kept,
        isStopping,
      );
    }
  },
});
