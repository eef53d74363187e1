import { hash } from 'node:crypto';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { Grant } from '../public/principal.js';

const MAX_TOKENS = 10_000;

/**
 * The grants of tokens whose signature and claims were verified, until they expire. Whether the session holds and the
 * user is enabled is the database's to say on each call. Keeps hashes, so that no token stays in memory.
 */
export class VerifiedTokens {
  /** By the hash of the token, the one that was used last at the end. */
  private readonly grants = new Map<string, Grant>();

  /** @param leewayMs the time after their expiry in which tokens are still accepted, in milliseconds */
  constructor(
    private readonly leewayMs: number,
    private readonly maxTokens = MAX_TOKENS,
  ) {}

  /** @returns undefined for a token that was not added or has expired */
  get(token: string): Grant | undefined {
    const key = keyOf(token);
    const grant = this.grants.get(key);
    if (grant === undefined) return undefined;
    this.grants.delete(key);
    if (grant.expiresAt + this.leewayMs <= databaseNow()) return undefined;
    this.grants.set(key, grant);
    return grant;
  }

  add(token: string, grant: Grant): void {
    this.grants.set(keyOf(token), grant);
    const [oldest] = this.grants.keys();
    if (this.grants.size > this.maxTokens && oldest !== undefined) this.grants.delete(oldest);
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');
