import { createHash } from 'node:crypto';
import type { Actor } from './actor.js';

/**
 * The chain of changes outside workspaces, such as users and logins. The other chains have the id of their workspace.
 */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/** The previous hash of a chain's first row. */
export const NO_HASH = Buffer.alloc(32);

/** One row of a chain, without its hash. */
export interface AuditRow extends Actor {
  readonly chainId: string;
  /** Dense: 1, 2, 3 ... */
  readonly position: number;
  readonly at: Date;
  readonly action: string;
  readonly target: string | null;
  /** JSON text. */
  readonly before: string | null;
  /** JSON text. */
  readonly after: string | null;
}

/** A row with the hash that was stored with it. */
export interface HashedRow extends AuditRow {
  readonly hash: Buffer;
}

/** SHA-256 over the previous hash and the row as text: a JSON array of its fields in this order. */
export function hashOf(previous: Buffer, row: AuditRow): Buffer {
  const { chainId, position, at, action, actorId, target, before, after, ip, userAgent, requestId } = row;
  const fields = [chainId, position, at.toISOString(), action, actorId, target, before, after];
  const text = JSON.stringify([...fields, ip, userAgent, requestId]);
  return createHash('sha256').update(previous).update(text).digest();
}
