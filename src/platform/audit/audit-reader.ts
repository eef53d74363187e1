import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { HashedRow } from './audit-chain.js';
import { readAll, readRows, type AuditFilter } from './read-rows.js';
import { verifyChain, type Verification } from './verify-chain.js';

/** Reads the audit trail, one chain at a time: a workspace's id is its chain's. */
@Injectable()
export class AuditReader {
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
    return verifyChain(this.database, chainId);
  }
}
