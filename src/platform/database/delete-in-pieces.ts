import type { Database } from './database.js';

const AT_ONCE = 5_000;

/**
 * Deletes whatever there is, in short transactions that hold nobody up.
 * @param sql takes how many rows to delete at the most as its last parameter, and returns one for each
 * @param isStopping asked after each piece: the rest is left for the next time
 */
export async function deleteInPieces(
  database: Pick<Database, 'query'>,
  sql: string,
  parameters: readonly unknown[],
  isStopping: () => boolean,
): Promise<void> {
  let deleted: readonly unknown[];
  do {
    deleted = await database.query(sql, [...parameters, AT_ONCE]);
  } while (deleted.length === AT_ONCE && !isStopping());
}
