import type { Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { keepSuccesses } from './delivery-attempts.js';
import type { Sized } from './process-deliveries.job.js';

/** Has these deliveries processed again. Their events stay: a replay makes no second one. */
export async function resetToPending(tx: Transaction, ids: readonly string[]): Promise<Sized[]> {
  if (ids.length === 0) return [];
  // Locked first, so that the worker does not finish one of them between the two statements.
  await tx.query('SELECT FROM deliveries WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids]);
  await keepSuccesses(tx, ids);
  return tx.query<Sized>(
    `UPDATE deliveries SET status = 'received', attempts = 0, deaths = 0, error = NULL, due_at = now()
     WHERE id = ANY($1::uuid[]) RETURNING id, octet_length(body) AS bytes`,
    [ids],
  );
}

/**
 * Stores new deliveries with the bytes of these ones, in their order. Each names the one that it repeats and makes an
 * event of its own. Its dedup key is one that no request can have.
 */
export async function repeatAsNew(tx: Transaction, ids: readonly string[]): Promise<Sized[]> {
  if (ids.length === 0) return [];
  return tx.query<Sized>(
    `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, provider_delivery_id, method, headers,
       body, received_at, repeats, test)
     SELECT new.id, source_id, workspace_id, provider, 'repeat:' || new.id, provider_delivery_id, method, headers,
       body, now(), deliveries.id, test
     FROM unnest($1::uuid[], $2::uuid[]) AS new (repeated, id)
     JOIN deliveries ON deliveries.id = new.repeated
     RETURNING id, octet_length(body) AS bytes`,
    [ids, ids.map(() => newId())],
  );
}
