import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { databaseNow } from './clock/database-clock.js';

const BYTES_PER_ID = 16;
const NO_BYTES = new Uint8Array(BYTES_PER_ID);
const pool = Buffer.alloc(BYTES_PER_ID * 256);
let used = pool.length;

/** The database's clock may be set back: ids follow a small step later, and a large one at once. */
const MAX_AHEAD_MS = 300_000;

let msecs = 0;
let seq = 0;

/**
 * A UUID of version 7 (RFC 9562, with the counter of section 6.2, method 1) of the database's time, so that lists of what
 * many processes make have one order. Ids of one process sort in the order in
 * which they were made, also within a millisecond and when the clock steps back. Random bytes are fetched for many at a
 * time: asking for sixteen costs as much.
 */
export function newId(): string {
  const random = nextRandom();
  const now = databaseNow();
  if (now > msecs || now < msecs - MAX_AHEAD_MS) {
    msecs = now;
    // Half of the counter's range is left to count up in.
    seq = random.readUInt32BE(6) >>> 1;
  } else {
    seq += 1;
  }
  return v7({ random, msecs, seq });
}

/** The ids that are made from this moment on, in milliseconds since 1970, are not smaller. */
export const firstIdAt = (msecs: number): string => v7({ msecs, seq: 0, random: NO_BYTES });

function nextRandom(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES_PER_ID;
  return pool.subarray(used - BYTES_PER_ID, used);
}
