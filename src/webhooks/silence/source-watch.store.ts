import type { Transaction } from '../../platform/database/database.js';

/** A watched source, and the findings of a check. */
export interface CheckedSource {
  readonly sourceId: string;
  readonly workspaceId: string;
  readonly name: string;
  /** The name of a source with a channel of its own; null: its events are in the channel of the workspace. */
  readonly channelPath: string | null;
  readonly expectEverySeconds: number;
  /** Null: never. */
  readonly lastHeardAt: Date | null;
  readonly wasSilent: boolean;
  /** Whether it was heard since the last check. */
  readonly isHeard: boolean;
  /** Whether it was not heard for longer than it says. */
  readonly isOverdue: boolean;
}

/** A silent source is checked this often, so that it is known soon when it is heard again. */
const SILENT_CHECK_SECONDS = 5;
/** Within the shortest retention of deliveries: each check sees the newest delivery since the one before. */
const MAX_CHECK_HOURS = 12;
/** With more pending deliveries the service is behind: the newest ones of a source may be among those not read. */
const MAX_PENDING = 10_000;

/** Begins to watch a source from now on, or ends that: its option or whether it is enabled has changed. */
export async function restartWatch(
  tx: Transaction,
  source: { readonly id: string; readonly enabled: boolean; readonly expectEverySeconds: number | null },
): Promise<void> {
  await tx.query('DELETE FROM source_watches WHERE source_id = $1', [source.id]);
  if (!source.enabled || source.expectEverySeconds === null) return;
  await tx.query('INSERT INTO source_watches (source_id, check_at) VALUES ($1, now() + make_interval(secs => $2))', [
    source.id,
    Math.min(source.expectEverySeconds, MAX_CHECK_HOURS * 3_600),
  ]);
}

/**
 * Finds the newest processed delivery of each source by the index `deliveries_by_source`. The range of one source gives
 * an order that no other index has: with an equality, PostgreSQL may search by id alone, past all newer deliveries.
 */
export const CHECK_DUE = `SELECT watch.source_id AS "sourceId", sources.workspace_id AS "workspaceId", sources.name,
    CASE WHEN sources.own_channel THEN sources.name END AS "channelPath",
    sources.expect_every_seconds AS "expectEverySeconds", GREATEST(watch.last_heard_at, newest.at) AS "lastHeardAt",
    watch.silent_since IS NOT NULL AS "wasSilent",
    COALESCE(newest.at > COALESCE(watch.last_heard_at, '-infinity'), false) AS "isHeard",
    GREATEST(watch.since, watch.last_heard_at, newest.at) + make_interval(secs => sources.expect_every_seconds)
      <= now() AS "isOverdue"
  FROM source_watches AS watch
  JOIN sources ON sources.id = watch.source_id AND sources.enabled AND sources.expect_every_seconds IS NOT NULL
  JOIN workspaces ON workspaces.id = sources.workspace_id AND workspaces.deleted_at IS NULL
  LEFT JOIN LATERAL (
    SELECT received_at AS at FROM deliveries
    WHERE workspace_id = sources.workspace_id AND source_id BETWEEN sources.id AND sources.id
      AND status <> 'received' AND repeats IS NULL AND NOT test
    ORDER BY source_id DESC, id DESC LIMIT 1) AS newest ON true
  WHERE watch.check_at <= now()
  ORDER BY watch.check_at LIMIT $1 FOR UPDATE OF watch SKIP LOCKED`;

/**
 * Locks watches that are due, and skips those that another worker checks. A repeat that a replay made does not count as
 * heard, nor does a simulated delivery.
 */
export const checkDue = (tx: Transaction, limit: number): Promise<CheckedSource[]> =>
  tx.query<CheckedSource>(CHECK_DUE, [limit]);

/** @returns sources with accepted deliveries that are not processed yet; undefined if there are too many to tell */
export async function sourcesWithPending(tx: Transaction): Promise<ReadonlySet<string> | undefined> {
  const rows = await tx.query<{ sourceId: string; count: number }>(
    `SELECT source_id AS "sourceId", count(*)::int AS count
     FROM (SELECT source_id FROM deliveries WHERE status = 'received' AND NOT test
       ORDER BY due_at LIMIT $1) AS pending GROUP BY source_id`,
    [MAX_PENDING],
  );
  const pending = rows.reduce((sum, { count }) => sum + count, 0);
  return pending === MAX_PENDING ? undefined : new Set(rows.map(({ sourceId }) => sourceId));
}

/** Records the checks and schedules the next ones. */
export async function recordChecks(
  tx: Transaction,
  checks: ReadonlyArray<{ readonly source: CheckedSource; readonly isSilent: boolean }>,
): Promise<void> {
  await tx.query(
    `UPDATE source_watches AS watch SET last_heard_at = checked.last_heard_at,
       silent_since = CASE WHEN is_silent THEN COALESCE(silent_since, now()) END,
       check_at = CASE WHEN is_silent THEN now() + make_interval(secs => ${SILENT_CHECK_SECONDS})
         ELSE GREATEST(now() + interval '1 second', LEAST(now() + interval '${MAX_CHECK_HOURS} hours',
           GREATEST(since, checked.last_heard_at) + make_interval(secs => expect_every_seconds))) END
     FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::integer[])
       AS checked (source_id, last_heard_at, is_silent, expect_every_seconds)
     WHERE watch.source_id = checked.source_id`,
    [
      checks.map(({ source }) => source.sourceId),
      checks.map(({ source }) => source.lastHeardAt),
      checks.map(({ isSilent }) => isSilent),
      checks.map(({ source }) => source.expectEverySeconds),
    ],
  );
}
