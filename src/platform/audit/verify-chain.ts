import type { Database, Transaction } from '../database/database.js';
import { hashOf, NO_HASH } from './audit-chain.js';
import { readAll } from './read-rows.js';

/** The result of verifying a whole chain. */
export interface Verification {
  readonly ok: boolean;
  readonly rows: number;
  /** The first position that differs from the written chain; null for an intact chain. */
  readonly brokenAt: number | null;
  /** The last hash, in hex. Recorded elsewhere, it reveals even a chain that was rewritten from its beginning. */
  readonly head: string | null;
}

/** The end of a chain. Recorded elsewhere, it proves later that the chain still contains everything up to it. */
export interface ChainHead {
  /** Number of rows. */
  readonly rows: number;
  /** The last hash, in hex; zeros for an empty chain. */
  readonly head: string;
}

/** The result of a comparison with a recorded head. */
export interface NotedHead {
  /** The position of the row with this hash; null if there is none. */
  readonly headAt: number | null;
}

export interface VerifiedChain extends Verification {
  /** Positions of recorded heads, by hash in hex. */
  readonly positions: ReadonlyMap<string, number>;
}

interface Head {
  readonly length: number;
  readonly hash: Buffer;
}

const EMPTY = NO_HASH.toString('hex');

/**
 * Detects changed, removed, inserted and moved rows: recomputes every hash in one snapshot, without blocking writers.
 * @param noted recorded hashes to look for; an attacker can rewrite the stored head, but not these
 */
export async function verifyChain(
  database: Database,
  chainId: string,
  noted: ReadonlySet<string> = new Set(),
): Promise<VerifiedChain> {
  return database.snapshot(async (tx) => {
    const [stored] = await tx.query<{ length: string; hash: Buffer }>(
      'SELECT length, hash FROM audit_chains WHERE id = $1',
      [chainId],
    );
    if (stored === undefined) return { ok: false, rows: 0, brokenAt: 1, head: null, positions: new Map() };
    const head = { length: Number(stored.length), hash: stored.hash };
    const { brokenAt, ...rest } = await compare(tx, chainId, head, noted);
    return { ok: brokenAt === null, brokenAt, head: stored.hash.toString('hex'), ...rest };
  });
}

async function compare(tx: Transaction, chainId: string, head: Head, noted: ReadonlySet<string>) {
  const positions = new Map<string, number>(noted.has(EMPTY) ? [[EMPTY, 0]] : []);
  let rows = 0;
  let previous: Buffer = NO_HASH;
  let brokenAt: number | null = null;
  for await (const part of readAll(tx, chainId)) {
    for (const row of part) {
      rows++;
      const follows = row.position === rows && row.hash.equals(hashOf(previous, row));
      if (!follows) brokenAt ??= Math.min(row.position, rows);
      previous = row.hash;
      const hash = noted.size > 0 ? row.hash.toString('hex') : '';
      if (noted.has(hash)) positions.set(hash, row.position);
    }
  }
  // Rows missing or added at the end break no link: only the stored head knows the number of rows.
  if (rows !== head.length) brokenAt ??= Math.min(rows, head.length) + 1;
  if (!previous.equals(head.hash)) brokenAt ??= rows;
  return { rows, brokenAt, positions };
}
