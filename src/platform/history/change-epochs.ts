import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database.js';
import { isOtherServer, readHistory, type HistoryMemory, type HistoryState } from './history-state.js';
import type { IdentityColumns } from './server-identity.js';

/** Serializes processes that detect the same rollback of history; the halves spell "tidings history". */
const EPOCHS_LOCK = [0x7469_6469, 0x6869_7374] as const;
const MAX_PAST = 100;

export interface EpochChange {
  readonly state: HistoryState;
  /** False when another process has already changed the epochs. */
  readonly changed: boolean;
}

/**
 * Gives the fence and every channel a new epoch, which invalidates all positions of the lost history. Happens once per
 * rollback: a process whose epoch was already replaced only learns the new one.
 * @param memory of the detecting process; without it the epochs always change
 */
export async function changeEpochs(
  tx: Transaction,
  identity: IdentityColumns,
  memory?: Pick<HistoryMemory, 'process' | 'epoch'>,
): Promise<EpochChange> {
  const ask = <Row>(sql: string, parameters?: readonly unknown[]) => tx.query<Row>(sql, parameters);
  const look = () => readHistory(ask, identity, memory?.process ?? randomUUID());
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [...EPOCHS_LOCK]);
  const before = await look();
  if (memory !== undefined && isReplaced(before, memory)) return { state: before, changed: false };
  // Channels before the fence, by id: the common lock order.
  await tx.query(
    `WITH locked AS MATERIALIZED (SELECT id FROM channels ORDER BY id FOR UPDATE)
     UPDATE channels SET epoch = gen_random_uuid() FROM locked WHERE channels.id = locked.id`,
  );
  const past = [...new Set([memory?.epoch ?? before.epoch, before.epoch, ...before.past])].slice(0, MAX_PAST);
  await tx.query(
    `UPDATE fence SET epoch = gen_random_uuid(), past = $1::uuid[], system_identifier = COALESCE($2, system_identifier),
       timeline = COALESCE($3, timeline), changed_at = clock_timestamp()`,
    [past, before.actual.systemIdentifier, before.actual.timeline],
  );
  return { state: await look(), changed: true };
}

/** Whether another process has replaced the epoch since this one read it. */
function isReplaced(state: HistoryState, { epoch }: Pick<HistoryMemory, 'epoch'>): boolean {
  if (isOtherServer(state)) return false;
  // A process without an epoch came here because of the server identity, which is settled.
  return epoch === undefined || state.past.includes(epoch);
}
