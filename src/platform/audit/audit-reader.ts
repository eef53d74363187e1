import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Together } from '../database/together.js';
import type { HashedRow } from './audit-chain.js';
import { readAll, readRows, type AuditFilter } from './read-rows.js';
import { verifyChain, type Verification } from './verify-chain.js';

/** Reads the audit trail, one chain at a time: a workspace's id is its chain's. */
@Injectable()
export class AuditReader {
  /** A long chain takes long: for many who ask meanwhile one look is enough, and leaves connections to others. */
  private readonly verifications = new Together((chainIds: readonly string[]) => this.verifyAll(chainIds));

  constructor(private readonly database: Database) {}

  /** Newest first; `cursor` is the last position that was seen. */
  async page(chainId: string, filter: AuditFilter, limit: number, cursor?: number): Promise<HashedRow[]> {
    return readRows(this.database, chainId, filter, { order: 'DESC', cursor, limit });
  }

  /** Oldest first, a part at a time. */
  parts(chainId: string, filter: AuditFilter): AsyncGenerator<HashedRow[], void> {
    return readAll(this.database, chainId, filter);
  }

  async verify(chainId: string): Promise<Verification> {
    return this.verifications.get(chainId);
  }

  private async verifyAll(chainIds: readonly string[]): Promise<Verification[]> {
    const verified = new Map<string, Verification>();
    for (const id of chainIds) if (!verified.has(id)) verified.set(id, await verifyChain(this.database, id));
    return chainIds.flatMap((id) => verified.get(id) ?? []);
  }
}
