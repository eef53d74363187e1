import { Injectable } from '@nestjs/common';
import { isBadValue, Database } from '../database/database.js';
import { Batcher } from '../concurrency/batcher.js';
import { NO_HASH, type HashedRow } from './audit-chain.js';
import { readAll, readRows, type AuditFilter } from './read-rows.js';
import { verifyChain, type ChainHead, type NotedHead, type Verification, type VerifiedChain } from './verify-chain.js';

interface Question {
  readonly chainId: string;
  readonly head?: string | undefined;
}

const HEADS = `SELECT id, length::float8 AS rows, encode(hash, 'hex') AS head FROM audit_chains`;

/** Reads the audit log, one chain at a time; the chain of a workspace has the workspace's id. */
@Injectable()
export class AuditReader {
  /** Verifying a long chain is slow: concurrent requests share one pass, and few connections. */
  private readonly verifications = new Batcher(
    (questions: readonly Question[]) => this.verifyAll(questions),
    isBadValue,
  );

  constructor(private readonly database: Database) {}

  /** Newest first; `cursor` is the last position of the previous page. */
  async page(chainId: string, filter: AuditFilter, limit: number, cursor?: number): Promise<HashedRow[]> {
    return readRows(this.database, chainId, filter, { order: 'DESC', cursor, limit });
  }

  /** Oldest first, in batches. */
  parts(chainId: string, filter: AuditFilter): AsyncGenerator<HashedRow[], void> {
    return readAll(this.database, chainId, filter);
  }

  /** The current head, to be recorded outside the database. */
  async head(chainId: string): Promise<ChainHead> {
    const [row] = await this.database.query<ChainHead>(`${HEADS} WHERE id = $1`, [chainId]);
    return { rows: row?.rows ?? 0, head: row?.head ?? NO_HASH.toString('hex') };
  }

  /** Heads of all non-empty chains, by chain id. */
  async heads(): Promise<Map<string, ChainHead>> {
    const rows = await this.database.query<ChainHead & { id: string }>(`${HEADS} WHERE length > 0`);
    return new Map(rows.map(({ id, ...head }) => [id, head]));
  }

  /** @param head a recorded head, in hex: if the chain no longer contains it, `ok` is false and `headAt` null */
  async verify(chainId: string, head?: string): Promise<Verification & Partial<NotedHead>> {
    return this.verifications.get({ chainId, head });
  }

  private async verifyAll(questions: readonly Question[]): Promise<(Verification & Partial<NotedHead>)[]> {
    const noted = new Set(questions.flatMap(({ head }) => head ?? []));
    const verified = new Map<string, VerifiedChain>();
    for (const { chainId } of questions) {
      if (!verified.has(chainId)) verified.set(chainId, await verifyChain(this.database, chainId, noted));
    }
    return questions.flatMap(({ chainId, head }) => {
      const chain = verified.get(chainId);
      return chain === undefined ? [] : answerTo(chain, head);
    });
  }
}

function answerTo({ positions, ...chain }: VerifiedChain, head: string | undefined): Verification & Partial<NotedHead> {
  if (head === undefined) return chain;
  const headAt = positions.get(head) ?? null;
  return { ...chain, ok: chain.ok && headAt !== null, headAt };
}
