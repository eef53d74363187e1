import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { databaseNow } from './clock/database-clock.js';

const BYTES_PER_ID = 16;
const NO_BYTES = new Uint8Array(BYTES_PER_ID);
const pool = Buffer.alloc(BYTES_PER_ID * 256);
let used = pool.length;

/** Limit for a database clock that is set back: within it ids keep increasing, beyond it they follow the clock. */
const MAX_AHEAD_MS = 300_000;

let msecs = 0;
let seq = 0;

/**
 * A UUID of version 7 (RFC 9562, with the counter of section 6.2, method 1) with database time, so that ids of many
 * processes have a common order. Ids of one process sort in creation order, even within a millisecond or when the clock
 * is set back. Random bytes are fetched in bulk, because fetching sixteen costs as much.
 */
export function newId(): string {
  const random = nextRandom();
  const now = databaseNow();
  if (now > msecs || now < msecs - MAX_AHEAD_MS) {
    msecs = now;
    // Leaves half of the counter's range for increments.
    seq = random.readUInt32BE(6) >>> 1;
  } else {
    seq += 1;
  }
  return v7({ random, msecs, seq });
}

/** A lower bound for all ids created from this time on, in milliseconds since 1970. */
export const firstIdAt = (msecs: number): string => v7({ msecs, seq: 0, random: NO_BYTES });

/** When an id of `newId` was made, in milliseconds since 1970 by the database's clock. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

function nextRandom(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES_PER_ID;
  return pool.subarray(used - BYTES_PER_ID, used);
}
