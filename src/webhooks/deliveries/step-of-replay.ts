import type { Transaction } from '../../platform/database/database.js';
import type { DeliveryReplay } from './delivery-replay.entity.js';
import type { DeliverySearch } from './delivery-search.js';
import type { Query } from './insert-deliveries.js';
import type { Sized } from './process-deliveries.job.js';
import { repeatAsNew, resetToPending } from './repeat-deliveries.js';

const STEP_SIZE = 200;

/** One step of a replay. */
export interface Step {
  /** The deliveries that are pending now. */
  readonly handed: Sized[];
  /** The number of named deliveries that do not exist. */
  readonly failed: number;
  /** Undefined after the last step. */
  readonly next: string | undefined;
}

/** Hands the next deliveries of a replay to processing, in the caller's transaction. */
export async function stepOf(tx: Transaction, replay: DeliveryReplay, search: DeliverySearch): Promise<Step> {
  const { deliveryIds, asNew } = replay;
  const { ids, failed, next } =
    deliveryIds === null ? await nextFound(tx, replay, search) : await nextNamed(tx, replay);
  return { handed: await (asNew ? repeatAsNew(tx, ids) : resetToPending(tx, ids)), failed, next };
}

interface Next {
  readonly ids: readonly string[];
  readonly failed: number;
  readonly next: string | undefined;
}

async function nextFound(tx: Transaction, replay: DeliveryReplay, search: DeliverySearch): Promise<Next> {
  const { workspaceId, filter, cursor, createdAt } = replay;
  // Without this end, a replay `asNew` would find the deliveries that it makes.
  const end = createdAt.toISOString();
  const until = filter.until !== undefined && filter.until < end ? filter.until : end;
  const window = { order: 'oldest', cursor: cursor ?? undefined, limit: STEP_SIZE } as const;
  const query: Query = (sql, parameters) => tx.query(sql, parameters);
  const { ids, next } = await search.find(workspaceId, { ...filter, until }, window, query);
  return { ids, failed: 0, next };
}

async function nextNamed(tx: Transaction, { workspaceId, deliveryIds, cursor }: DeliveryReplay): Promise<Next> {
  const left = (deliveryIds ?? []).filter((id) => cursor === null || id > cursor);
  const named = left.slice(0, STEP_SIZE);
  const found = await tx.query<{ id: string }>(
    'SELECT id FROM deliveries WHERE workspace_id = $1 AND id = ANY($2::uuid[]) ORDER BY id',
    [workspaceId, named],
  );
  const next = left.length > named.length ? named.at(-1) : undefined;
  return { ids: found.map(({ id }) => id), failed: named.length - found.length, next };
}
