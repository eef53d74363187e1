import type { Ask, IdentityColumns } from './server-identity.js';

/** The database's history as the database tells it. */
export interface HistoryState {
  /** Random; changes when the history did. */
  readonly epoch: string;
  /** Epochs that this one has replaced, newest first. */
  readonly past: readonly string[];
  /** The position of the last change of rights. */
  readonly head: number;
  /** The last beat of this process that the database holds; undefined when it holds none. */
  readonly beat: number | undefined;
  /** The server that the epoch belongs to, as stored; null where it could not be asked. */
  readonly stored: ServerIdentity;
  readonly actual: ServerIdentity;
  /** How long ago the epoch changed, or the server started, whichever is later. Infinity when neither matters. */
  readonly unchangedForMs: number;
}

export interface ServerIdentity {
  readonly systemIdentifier: string | null;
  readonly timeline: string | null;
}

/** What a process knows of the history. Everything in it was committed when the process learnt it. */
export interface HistoryMemory {
  readonly process: string;
  readonly epoch: string | undefined;
  readonly head: number;
  /** The last beat that was confirmed; 0 when there is none. */
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

/** Where there was no change of rights yet, a server that has just started cannot be a restored one that matters. */
const columns = ({ systemIdentifier, timeline }: IdentityColumns): string => `
  fence.epoch, fence.past, fence.head,
  fence.system_identifier AS "storedSystem", fence.timeline::text AS "storedTimeline",
  ${systemIdentifier} AS "actualSystem", ${timeline} AS "actualTimeline",
  extract(epoch FROM clock_timestamp() - GREATEST(fence.changed_at,
    CASE WHEN fence.head > 0 THEN pg_postmaster_start_time() END)) * 1000 AS "unchangedForMs"`;

const OWN_BEAT = 'SELECT beat FROM history_beats WHERE process = $1';

/** SQL for the time at which the history of the database changed last; null when it never did. */
export const HISTORY_CHANGED_AT = '(SELECT changed_at FROM fence)';

/** Looks, and changes nothing. */
export async function readHistory(ask: Ask, identity: IdentityColumns, process: string): Promise<HistoryState> {
  return stateOf(await ask<Row>(`SELECT (${OWN_BEAT}) AS beat, ${columns(identity)} FROM fence`, [process]));
}

/**
 * Looks, and leaves a beat: a number of this process that only grows. A database that does not hold a confirmed beat has
 * gone back to before it. Such a database is left as it is, so that the evidence stays.
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
  if (row === undefined) throw new Error('The row of the fence is missing.');
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

/** What speaks for a step back in time. A label of a metric: few values. */
export type Evidence = 'server' | 'epoch' | 'beat' | 'position' | 'log';

/** @param memory as it was before the database was asked */
export function evidenceOf(memory: HistoryMemory, state: HistoryState): Evidence | undefined {
  if (isOtherServer(state)) return 'server';
  if (memory.epoch === undefined) return undefined;
  if (state.epoch !== memory.epoch) return 'epoch';
  if (state.head < memory.head) return 'position';
  return memory.beat > 0 && (state.beat ?? 0) < memory.beat ? 'beat' : undefined;
}

/** The server is another one than that to which the epoch belongs, or has been promoted or recovered since. */
export function isOtherServer({ stored, actual }: Pick<HistoryState, 'stored' | 'actual'>): boolean {
  return differ(stored.systemIdentifier, actual.systemIdentifier) || differ(stored.timeline, actual.timeline);
}

const differ = (one: string | null, other: string | null): boolean => one !== null && other !== null && one !== other;
