import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { prepared, unprepared, type Statement } from './prepared.js';
import type { Sessions } from './sessions.js';

/** One open transaction. Whatever writes takes it as an argument, so forgetting it doesn't compile. */
export class Transaction {
  readonly #afterCommit: Array<() => void> = [];

  constructor(
    /** For entities. */
    readonly manager: EntityManager,
    private readonly connection: PoolClient,
    private readonly statement: Statement,
  ) {}

  /** Runs a statement of our own. Its text is constant: each connection parses and plans it once. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.connection.query(this.statement(sql, parameters)).catch(rethrow)).rows;
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
  private readonly statement: Statement;

  constructor(
    private readonly dataSource: DataSource,
    sessions: Sessions = 'own',
  ) {
    this.statement = sessions === 'own' ? prepared : unprepared;
  }

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Runs a statement of our own, outside of a transaction. Its text is constant, as in `Transaction.query`. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(this.statement(sql, parameters)).catch(rethrow)).rows;
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

  /** All that `work` reads is as of one moment. */
  async snapshot<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.once(work, 'REPEATABLE READ');
  }

  private async once<Result>(
    work: (tx: Transaction) => Promise<Result>,
    isolation?: 'REPEATABLE READ',
  ): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const transaction = new Transaction(runner.manager, await runner.connect().catch(rethrow), this.statement);
      await runner.startTransaction(isolation);
      const result = await work(transaction);
      await runner.commitTransaction();
      transaction.committed();
      return result;
    } catch (error) {
      // The first error is the one to tell; a connection that can't even roll back is dropped by the pool.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** TypeORM's pool, since what reads and writes the log and the inbox needs prepared statements, which TypeORM lacks. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

/** There was no connection, or it broke: whether a statement had its effect isn't known. */
class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
}

/** What the server says has a SQLSTATE; what has none went wrong on the way to it. */
export function connectionFailed(error: unknown): unknown {
  if (sqlState(error) !== undefined || error instanceof ConnectionFailed) return error;
  return new ConnectionFailed('The database could not be asked.', { cause: error });
}

function rethrow(error: unknown): never {
  throw connectionFailed(error);
}

/** Classes of SQLSTATE: no connection, rolled back for the sake of others, no resources, stopped by an operator. */
const PASSING = new Set(['08', '40', '53', '57']);

/** SQLSTATE read_only_sql_transaction: a standby answers, which may be promoted in a moment. */
const STANDBY = '25006';

/** Whether the same call may well succeed in a while: the database is away, goes or comes, or has no room at the moment. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return PASSING.has(state.slice(0, 2)) || state === STANDBY;
  return error instanceof ConnectionFailed || error instanceof QueryFailedError || hasNoServer(error);
}

/** Classes of SQLSTATE: no connection, no resources, stopped by an operator. */
const AWAY = new Set(['08', '53', '57']);
const QUERY_CANCELED = '57014';

/** Whether the error says that the database is away, for every call and not for this one. */
export function isUnreachable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return AWAY.has(state.slice(0, 2)) && state !== QUERY_CANCELED;
  return error instanceof ConnectionFailed || error instanceof QueryFailedError;
}

/** As the drivers of TypeORM say that nobody listens. */
const hasNoServer = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.syscall === 'connect';

/** The five-character SQLSTATE of a failed query; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE' ? code : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

/** Whether PostgreSQL refused a value (SQLSTATE class 22): the other rows of the same statement may be good. */
export function isBadValue(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') === true;
}
