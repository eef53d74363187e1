import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.js';
import { deleteInPieces } from '../database/delete-in-pieces.js';
import type { ChainHead } from './verify-chain.js';

/**
 * Erases the audit chain of a deleted workspace. The database refuses that before the workspace may be erased, and for
 * every other chain.
 */
@Injectable()
export class AuditErasure {
  constructor(private readonly database: Database) {}

  /** Deletes the rows in short transactions, the oldest first. */
  async deleteRows(chainId: string, isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM audit WHERE chain_id = $1 AND position IN (
         SELECT position FROM audit WHERE chain_id = $1 ORDER BY position LIMIT $2) RETURNING 1`,
      [chainId],
      isStopping,
    );
  }

  /** @returns the head that the chain had; undefined for a workspace without a chain */
  async deleteChain(tx: Transaction, chainId: string): Promise<ChainHead | undefined> {
    const [head] = await tx.query<ChainHead>(
      `DELETE FROM audit_chains WHERE id = $1 RETURNING length::float8 AS rows, encode(hash, 'hex') AS head`,
      [chainId],
    );
    return head;
  }
}
