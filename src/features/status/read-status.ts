import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/public/principal.js';
import { FindUser } from '../../identity/public/find-user.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { requireSelfOrAdmin } from './require-self-or-admin.js';
import { STATUS_COLUMNS, statusOf, type StatusRow } from './status-rows.js';
import { NO_STATUS, type Status, type TransactionRecord } from './status.schemas.js';

type StoredTransaction = Omit<TransactionRecord, 'createdAt'> & { readonly createdAt: Date };

@Injectable()
export class ReadStatus {
  constructor(
    private readonly database: Database,
    private readonly users: FindUser,
  ) {}

  /** @throws `user.not-found` */
  async run(caller: Principal, id: string): Promise<Status> {
    const userId = await this.userId(caller, id);
    const [row] = await this.database.query<StatusRow>(
      `SELECT ${STATUS_COLUMNS} FROM user_statuses WHERE user_id = $1`,
      [userId],
    );
    return row === undefined ? NO_STATUS : statusOf(row);
  }

  /** Newest first. @throws `user.not-found` */
  async transactions(caller: Principal, id: string, { limit, cursor }: PageQuery): Promise<Page<TransactionRecord>> {
    const userId = await this.userId(caller, id);
    const rows = await this.database.query<StoredTransaction>(
      `SELECT id, type, amount, description, created_at AS "createdAt" FROM user_transactions
       WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [userId, cursor ?? null, limit + 1],
    );
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => ({ ...row, createdAt: row.createdAt.toISOString() }),
    );
  }

  private async userId(caller: Principal, id: string): Promise<string> {
    return (await this.users.byId(requireSelfOrAdmin(caller, id))).id;
  }
}
