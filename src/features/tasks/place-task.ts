import type { Transaction } from '../../platform/database/database.js';
import { placeUnknown } from './task.errors.js';
import type { ChangeTaskRequest, Task } from './task.schemas.js';
import { COLUMNS, LATER, taskOf, type StoredTask } from './task.store.js';

/** So many tasks at most make room for one, as long as their ranks stay distinct. */
const SHIFTED_TASKS = 100;
/** Two ranks that differ by it, as a share of their size, can be halved many times before room is needed again. */
const LEAST_STEP = 1e-9;

/** The rank of a moved task, and the tasks that had to make room for it. */
export interface Place {
  readonly rank: number;
  readonly shifted: readonly Task[];
}

interface Gap {
  readonly below: number;
  /** Null: the task below the gap is the first of the column. */
  readonly above: number | null;
}

/** Makes moves on a board wait for each other until the transaction ends. Lock no task of the workspace before. */
export async function lockBoard(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tasks ${workspaceId}`]);
}

/**
 * Finds the place that a change gives to a task; a new column without a place puts the task first. Requires the lock of
 * the board.
 * @throws `task.unknown-place`
 */
export async function placeTask(
  tx: Transaction,
  workspaceId: string,
  task: Task,
  { status = task.status, before }: Pick<ChangeTaskRequest, 'status' | 'before'>,
): Promise<Place> {
  const column: Column = { workspaceId, status, moved: task.id };
  const isHere = status === task.status;
  if (before === undefined || before === task.id) return alone(isHere ? task.rank : await firstRank(tx, column));
  if (before === null) return alone(await lastRank(tx, column, isHere ? task.rank : undefined));
  const gap = await gapAbove(tx, column, before);
  if (isHere && isBetween(task.rank, gap)) return alone(task.rank);
  const middle = gap.above === null ? gap.below + 1 : (gap.below + gap.above) / 2;
  if (isBetween(middle, gap)) return alone(middle);
  return makeRoom(tx, column, { id: before, rank: gap.below });
}

/** A column of the board without the task that is moved. */
interface Column {
  readonly workspaceId: string;
  readonly status: Task['status'];
  readonly moved: string;
}

const alone = (rank: number): Place => ({ rank, shifted: [] });

const isBetween = (rank: number, { below, above }: Gap): boolean => rank > below && (above === null || rank < above);

async function firstRank(tx: Transaction, { workspaceId, status, moved }: Column): Promise<number> {
  const [row] = await tx.query<{ rank: number }>(
    `SELECT coalesce(max(rank), 0) + 1 AS rank FROM tasks WHERE workspace_id = $1 AND status = $2 AND id <> $3`,
    [workspaceId, status, moved],
  );
  return row?.rank ?? 1;
}

/** Keeps the rank of a task that is last already. */
async function lastRank(tx: Transaction, { workspaceId, status, moved }: Column, now?: number): Promise<number> {
  const [row] = await tx.query<{ rank: number }>(
    `SELECT min(rank) AS rank FROM tasks WHERE workspace_id = $1 AND status = $2 AND id <> $3`,
    [workspaceId, status, moved],
  );
  const lowest = row?.rank ?? (now ?? 0) + 1;
  return now !== undefined && now < lowest ? now : lowest - 1;
}

/** The gap above a task, which may have got into another column meanwhile: its rank counts in each of them. */
async function gapAbove(tx: Transaction, { workspaceId, status, moved }: Column, before: string): Promise<Gap> {
  const [gap] = await tx.query<Gap>(
    `SELECT rank AS below,
       (SELECT min(rank) FROM tasks WHERE workspace_id = $1 AND status = $2 AND id <> $3
          AND (rank, id) > (neighbour.rank, neighbour.id)) AS above
     FROM tasks AS neighbour WHERE workspace_id = $1 AND id = $4`,
    [workspaceId, status, moved, before],
  );
  if (gap === undefined) throw placeUnknown();
  return gap;
}

/** The tasks directly above a gap, and the rank of the next one after them; null if there is none. */
interface Neighbours {
  readonly count: number;
  readonly ceiling: number | null;
}

/** Spreads the tasks above a gap that is too small to be halved: as few as get ranks of their own. */
async function makeRoom(tx: Transaction, column: Column, below: Pick<Task, 'id' | 'rank'>): Promise<Place> {
  for (let width = SHIFTED_TASKS; ; width *= 4) {
    const { count, ceiling } = await neighboursAbove(tx, column, below, width);
    const step = ceiling === null ? 1 : (ceiling - below.rank) / (count + 2);
    if (ceiling !== null && step < LEAST_STEP * Math.max(1, Math.abs(below.rank), Math.abs(ceiling))) continue;
    return { rank: below.rank + step, shifted: await shift(tx, column, below, { step, width }) };
  }
}

async function neighboursAbove(
  tx: Transaction,
  { workspaceId, status, moved }: Column,
  below: Pick<Task, 'id' | 'rank'>,
  width: number,
): Promise<Neighbours> {
  const [row] = await tx.query<Neighbours>(
    `SELECT count(*) FILTER (WHERE number <= $6)::int AS count, min(rank) FILTER (WHERE number > $6) AS ceiling
     FROM (SELECT rank, row_number() OVER (ORDER BY rank, id) AS number FROM tasks
           WHERE workspace_id = $1 AND status = $2 AND id <> $3 AND (rank, id) > ($4, $5)
           ORDER BY rank, id LIMIT $6 + 1) AS above`,
    [workspaceId, status, moved, below.rank, below.id, width],
  );
  return row ?? { count: 0, ceiling: null };
}

/** @returns the tasks with their new ranks */
async function shift(
  tx: Transaction,
  { workspaceId, status, moved }: Column,
  below: Pick<Task, 'id' | 'rank'>,
  { step, width }: { step: number; width: number },
): Promise<readonly Task[]> {
  const rows = await tx.query<StoredTask>(
    `UPDATE tasks SET rank = $4::float8 + $6::float8 * (above.number + 1), updated_at = ${LATER}
     FROM (SELECT id AS "aboveId", row_number() OVER (ORDER BY rank, id) AS number FROM tasks
           WHERE workspace_id = $1 AND status = $2 AND id <> $3 AND (rank, id) > ($4, $5)
           ORDER BY rank, id LIMIT $7) AS above
     WHERE id = "aboveId" RETURNING ${COLUMNS}`,
    [workspaceId, status, moved, below.rank, below.id, step, width],
  );
  return rows.map(taskOf);
}
