import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** One open transaction. Whatever writes takes it as an argument, so forgetting it doesn't compile. */
export class Transaction {
  readonly #afterCommit: Array<() => void> = [];

  constructor(readonly manager: EntityManager) {}

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf(await this.manager.query(sql, [...parameters]));
  }

  /** Runs once this transaction is committed, and never when it is rolled back. For hints: a crash in between loses it. */
  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  committed(): void {
    for (const callback of this.#afterCommit) callback();
  }
}

const RETRYABLE = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const TRIES = 4;

@Injectable()
export class Database {
  constructor(private readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf(await this.dataSource.query(sql, [...parameters]));
  }

  /**
   * Commits what `work` does, or none of it. After a deadlock or a serialization failure `work` runs again from its
   * start, so it must not touch anything outside the transaction except through `afterCommit`.
   * @throws whatever `work` throws, after the rollback
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt === TRIES || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async once<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    let transaction: Transaction | undefined;
    const result = await this.dataSource.transaction((manager) => {
      transaction = new Transaction(manager);
      return work(transaction);
    });
    transaction?.committed();
    return result;
  }
}

/** TypeORM answers UPDATE and DELETE with `[rows, count]` and everything else with the rows. */
function rowsOf<Row>(result: Row[] | [Row[], number]): Row[] {
  return Array.isArray(result[0]) && typeof result[1] === 'number' ? result[0] : (result as Row[]);
}

/** The five-character SQLSTATE of a failed query; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';
