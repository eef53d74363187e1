import type { Database, Transaction } from '../database/database.js';
import { hashOf, NO_HASH } from './audit-chain.js';
import { readAll } from './read-rows.js';

/** What looking through a whole chain has shown. */
export interface Verification {
  readonly ok: boolean;
  readonly rows: number;
  /** The first position at which the chain isn't what was written; null when it is whole. */
  readonly brokenAt: number | null;
  /** The last hash, in hex. Kept elsewhere, it shows even a chain that was rewritten from its beginning. */
  readonly head: string | null;
}

interface Head {
  readonly length: number;
  readonly hash: Buffer;
}

/**
 * Finds any row that was changed, removed, inserted or moved: computes every hash again, in one snapshot, while changes
 * go on.
 */
export async function verifyChain(database: Database, chainId: string): Promise<Verification> {
  return database.snapshot(async (tx) => {
    const [stored] = await tx.query<{ length: string; hash: Buffer }>(
      'SELECT length, hash FROM audit_chains WHERE id = $1',
      [chainId],
    );
    if (stored === undefined) return { ok: false, rows: 0, brokenAt: 1, head: null };
    const { rows, brokenAt } = await compare(tx, chainId, { length: Number(stored.length), hash: stored.hash });
    return { ok: brokenAt === null, rows, brokenAt, head: stored.hash.toString('hex') };
  });
}

async function compare(tx: Transaction, chainId: string, head: Head) {
  let rows = 0;
  let previous: Buffer = NO_HASH;
  let brokenAt: number | null = null;
  for await (const part of readAll(tx, chainId)) {
    for (const row of part) {
      rows++;
      const follows = row.position === rows && row.hash.equals(hashOf(previous, row));
      if (!follows) brokenAt ??= Math.min(row.position, rows);
      previous = row.hash;
    }
  }
  // Rows that are missing at the end, or were added there, break no link: only the head knows how many there are.
  if (rows !== head.length) brokenAt ??= Math.min(rows, head.length) + 1;
  if (!previous.equals(head.hash)) brokenAt ??= rows;
  return { rows, brokenAt };
}
