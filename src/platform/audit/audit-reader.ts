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

/** Reads the audit trail, one chain at a time: a workspace's id is its chain's. */
@Injectable()
export class AuditReader {
  /** A long chain takes long: for many who ask meanwhile one look is enough, and leaves connections to others. */
  private readonly verifications = new Batcher(
    (questions: readonly Question[]) => this.verifyAll(questions),
    isBadValue,
  );

  constructor(private readonly database: Database) {}

  /** Newest first; `cursor` is the last position that was seen. */
  async page(chainId: string, filter: AuditFilter, limit: number, cursor?: number): Promise<HashedRow[]> {
    return readRows(this.database, chainId, filter, { order: 'DESC', cursor, limit });
  }

  /** Oldest first, a part at a time. */
  parts(chainId: string, filter: AuditFilter): AsyncGenerator<HashedRow[], void> {
    return readAll(this.database, chainId, filter);
  }

  /** To be noted outside of the database. */
  async head(chainId: string): Promise<ChainHead> {
    const [row] = await this.database.query<ChainHead>(`${HEADS} WHERE id = $1`, [chainId]);
    return { rows: row?.rows ?? 0, head: row?.head ?? NO_HASH.toString('hex') };
  }

  /** Of every chain that is not empty, by its id. */
  async heads(): Promise<Map<string, ChainHead>> {
    const rows = await this.database.query<ChainHead & { id: string }>(`${HEADS} WHERE length > 0`);
    return new Map(rows.map(({ id, ...head }) => [id, head]));
  }

  /** @param head a noted one, in hex: a chain that doesn't hold it any more is not whole, and `headAt` is null */
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
