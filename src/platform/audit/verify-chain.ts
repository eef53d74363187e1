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

/** The end of a chain. Noted elsewhere, it shows later that the chain still holds all that it held then. */
export interface ChainHead {
  /** How many entries there are. */
  readonly rows: number;
  /** The hash of the last one, in hex; zeros for an empty chain. */
  readonly head: string;
}

/** What a comparison with a noted head adds. */
export interface NotedHead {
  /** The position of the entry with this hash; null: the chain holds none. */
  readonly headAt: number | null;
}

export interface VerifiedChain extends Verification {
  /** By noted head, in hex. */
  readonly positions: ReadonlyMap<string, number>;
}

interface Head {
  readonly length: number;
  readonly hash: Buffer;
}

const EMPTY = NO_HASH.toString('hex');

/**
 * Finds any row that was changed, removed, inserted or moved: computes every hash again, in one snapshot, while changes
 * go on.
 * @param noted hashes to look for; an attacker who can cut the end off can rewrite the stored head, but not these
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
  // Rows that are missing at the end, or were added there, break no link: only the head knows how many there are.
  if (rows !== head.length) brokenAt ??= Math.min(rows, head.length) + 1;
  if (!previous.equals(head.hash)) brokenAt ??= rows;
  return { rows, brokenAt, positions };
}
