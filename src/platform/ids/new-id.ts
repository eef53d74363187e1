import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES_PER_ID = 16;
const pool = new Uint8Array(BYTES_PER_ID * 256);
let used = pool.length;

/**
 * A UUID of version 7 (RFC 9562): ids that are made one after the other sort one after the other, and so lie together in
 * an index. Random bytes are fetched for many at a time: asking for sixteen costs as much.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES_PER_ID;
  return v7({ random: pool.subarray(used - BYTES_PER_ID, used) });
}
