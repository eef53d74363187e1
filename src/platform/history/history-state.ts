import type { Ask, IdentityColumns } from './server-identity.js';

/** The history as stored in the database. */
export interface HistoryState {
  /** Random; changes with the history. */
  readonly epoch: string;
  /** Replaced epochs, newest first. */
  readonly past: readonly string[];
  /** The position of the last change of rights. */
  readonly head: number;
  /** This process's last heartbeat in the database; undefined if there is none. */
  readonly beat: number | undefined;
  /** The server of the epoch, as stored; null if it could not be determined. */
  readonly stored: ServerIdentity;
  readonly actual: ServerIdentity;
  /** Time since the epoch changed or the server started, whichever is later. Infinity if neither is relevant. */
  readonly unchangedForMs: number;
}

export interface ServerIdentity {
  readonly systemIdentifier: string | null;
  readonly timeline: string | null;
}

/** A process's knowledge of the history. All of it was committed when the process read it. */
export interface HistoryMemory {
  readonly process: string;
  readonly epoch: string | undefined;
  readonly head: number;
  /** The last confirmed heartbeat; 0 if there is none. */
  readonly beat: number;
}

interface Row {
  readonly epoch: string;
  readonly past: string[];
  readonly head: string;
  readonly beat: string | null;
  readonly storedSystem: string | null;
  readonly storedTimeline: string | null;
  readonly actualSystem: string | null;
  readonly actualTimeline: string | null;
  readonly unchangedForMs: string | null;
}

/** Without any change of rights, a server that has just started cannot be a restored one that matters. */
const columns = ({ systemIdentifier, timeline }: IdentityColumns): string => `
  fence.epoch, fence.past, fence.head,
  fence.system_identifier AS "storedSystem", fence.timeline::text AS "storedTimeline",
  ${systemIdentifier} AS "actualSystem", ${timeline} AS "actualTimeline",
  extract(epoch FROM clock_timestamp() - GREATEST(fence.changed_at,
    CASE WHEN fence.head > 0 THEN pg_postmaster_start_time() END)) * 1000 AS "unchangedForMs"`;

const OWN_BEAT = 'SELECT beat FROM history_beats WHERE process = $1';

/** SQL for the time of the last change of history; null if there was none. */
export const HISTORY_CHANGED_AT = '(SELECT changed_at FROM fence)';

/** Reads without writing. */
export async function readHistory(ask: Ask, identity: IdentityColumns, process: string): Promise<HistoryState> {
  return stateOf(await ask<Row>(`SELECT (${OWN_BEAT}) AS beat, ${columns(identity)} FROM fence`, [process]));
}

/**
 * Reads and writes a heartbeat, a number of this process that only grows. A database without a confirmed heartbeat has
 * been rolled back; it is left unchanged, so that the evidence stays.
 */
export async function beatHistory(
  ask: Ask,
  identity: IdentityColumns,
  { process, beat }: HistoryMemory,
): Promise<HistoryState> {
  return stateOf(
    await ask<Row>(
      `WITH before AS (${OWN_BEAT}),
       written AS (
         INSERT INTO history_beats (process, beat)
         SELECT $1::uuid, $2::bigint WHERE $3::bigint = 0 OR EXISTS (SELECT FROM before)
         ON CONFLICT (process) DO UPDATE SET beat = excluded.beat, beaten_at = now()
         WHERE history_beats.beat >= $3 AND history_beats.beat < excluded.beat)
       SELECT (SELECT beat FROM before) AS beat, ${columns(identity)} FROM fence`,
      [process, beat + 1, beat],
    ),
  );
}

function stateOf([row]: readonly Row[]): HistoryState {
  if (row === undefined) throw new Error('The fence row is missing.');
  return {
    epoch: row.epoch,
    past: row.past,
    head: Number(row.head),
    beat: row.beat === null ? undefined : Number(row.beat),
    stored: { systemIdentifier: row.storedSystem, timeline: row.storedTimeline },
    actual: { systemIdentifier: row.actualSystem, timeline: row.actualTimeline },
    unchangedForMs: row.unchangedForMs === null ? Infinity : Number(row.unchangedForMs),
  };
}

/** Evidence of a rollback. Used as a metric label, so the values are few. */
export const EVIDENCE = ['server', 'epoch', 'beat', 'position', 'log'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** @param memory as it was before the query */
export function evidenceOf(memory: HistoryMemory, state: HistoryState): Evidence | undefined {
  if (isOtherServer(state)) return 'server';
  if (memory.epoch === undefined) return undefined;
  if (state.epoch !== memory.epoch) return 'epoch';
  if (state.head < memory.head) return 'position';
  return memory.beat > 0 && (state.beat ?? 0) < memory.beat ? 'beat' : undefined;
}

/** Whether the server differs from the epoch's server, or was promoted or recovered since. */
export function isOtherServer({ stored, actual }: Pick<HistoryState, 'stored' | 'actual'>): boolean {
  return differ(stored.systemIdentifier, actual.systemIdentifier) || differ(stored.timeline, actual.timeline);
}

const differ = (one: string | null, other: string | null): boolean => one !== null && other !== null && one !== other;
