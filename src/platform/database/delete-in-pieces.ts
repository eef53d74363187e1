import type { Database } from './database.js';

const BATCH_SIZE = 5_000;

/**
 * Deletes all matching rows, in short transactions that do not block others.
 * @param sql takes the maximum number of rows to delete as its last parameter, and returns one row per deletion
 * @param isStopping checked after each batch; the remaining rows are left for the next run
 */
export async function deleteInPieces(
  database: Pick<Database, 'query'>,
  sql: string,
  parameters: readonly unknown[],
  isStopping: () => boolean,
): Promise<void> {
  let deleted: readonly unknown[];
  do {
    deleted = await database.query(sql, [...parameters, BATCH_SIZE]);
  } while (deleted.length === BATCH_SIZE && !isStopping());
}
