import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { prepared, unprepared, type Statement } from './prepared.js';
import type { Sessions } from './sessions.js';

/** An open transaction. Functions that write take it as an argument, so that omitting it does not compile. */
export class Transaction {
  readonly #afterCommit: Array<() => void> = [];

  constructor(
    /** For entity operations. */
    readonly manager: EntityManager,
    private readonly connection: PoolClient,
    private readonly statement: Statement,
  ) {}

  /** Runs a raw SQL statement. Its text must be constant: each connection parses and plans it once. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.connection.query(this.statement(sql, parameters)).catch(rethrow)).rows;
  }

  /** Runs after the commit, never after a rollback. For hints only: a crash in between loses the call. */
  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  committed(): void {
    for (const callback of this.#afterCommit) callback();
  }
}

const RETRYABLE = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const MAX_ATTEMPTS = 4;

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

  /** Runs a raw SQL statement outside a transaction. Its text must be constant, as in `Transaction.query`. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(this.statement(sql, parameters)).catch(rethrow)).rows;
  }

  /**
   * Commits everything that `work` does, or nothing. After a deadlock or serialization failure `work` runs again from
   * its start, so it must not have effects outside the transaction except through `afterCommit`.
   * @throws the error that `work` throws, after the rollback
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  /** All reads in `work` see the same snapshot. */
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
      // Keep the first error; the pool drops a connection that cannot roll back.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /**
   * TypeORM's pool, used directly because TypeORM lacks prepared statements, which the event log and the inbox need.
   */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

/** There was no connection, or it broke: the statement may or may not have taken effect. */
class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
}

/** Errors from the server have a SQLSTATE; an error without one is a connection failure. */
export function connectionFailed(error: unknown): unknown {
  if (sqlState(error) !== undefined || error instanceof ConnectionFailed) return error;
  return new ConnectionFailed('The database could not be reached.', { cause: error });
}

function rethrow(error: unknown): never {
  throw connectionFailed(error);
}

/** SQLSTATE classes: connection failure, rollback due to concurrency, insufficient resources, operator intervention. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57']);

/** SQLSTATE read_only_sql_transaction: the server is a standby that may be promoted soon. */
const STANDBY = '25006';

/** Whether a retry may succeed: the database is unavailable, restarting, failing over or out of resources. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return TRANSIENT_CLASSES.has(state.slice(0, 2)) || state === STANDBY;
  return error instanceof ConnectionFailed || error instanceof QueryFailedError || hasNoServer(error);
}

/** SQLSTATE classes: connection failure, insufficient resources, operator intervention. */
const UNREACHABLE_CLASSES = new Set(['08', '53', '57']);
const QUERY_CANCELED = '57014';

/** Whether the database is unavailable in general, rather than for this statement only. */
export function isUnreachable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return UNREACHABLE_CLASSES.has(state.slice(0, 2)) && state !== QUERY_CANCELED;
  return error instanceof ConnectionFailed || error instanceof QueryFailedError;
}

/** A refused connection, as TypeORM's drivers report it. */
const hasNoServer = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.syscall === 'connect';

/** The five-character SQLSTATE of a failed query; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE' ? code : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

/** Whether PostgreSQL rejected a value (SQLSTATE class 22); other rows of the same statement may be valid. */
export function isBadValue(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') === true;
}

/** A text that PostgreSQL stores: without NUL, and cut to `maxCharacters`. */
export const storableText = (text: string, maxCharacters: number): string =>
  text.replaceAll('\0', '').slice(0, maxCharacters);
