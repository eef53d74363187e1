import { SerialQueue } from '../concurrency/serial-queue.js';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../bus/bus.js';
import { Database, type Transaction } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import { runEvery } from '../concurrency/run-every.js';
import { changeEpochs } from './change-epochs.js';
import {
  beatHistory,
  EVIDENCE,
  evidenceOf,
  readHistory,
  type Evidence,
  type HistoryMemory,
  type HistoryState,
} from './history-state.js';
import { findIdentityColumns, UNKNOWN_SERVER, type IdentityColumns } from './server-identity.js';

const CHECK_INTERVAL_MS = 800;
const PRUNE_INTERVAL_MS = 3_600_000;
const KEEP_BEATS_DAYS = 7;

/** The history as a transaction sees it. */
export interface HistoryLook {
  /** The database may not have the history that this process knows; `check` settles it. */
  readonly isDoubtful: boolean;
  /** Time since the history last changed, at most; a node may still hold a lease from before. */
  readonly unchangedForMs: number;
}

/**
 * Detects that the database went back in time, because a lagging standby was promoted or a backup restored. At start,
 * at each check and in each change of rights, every process compares the epoch of the fence, the identity and timeline
 * of the server, the highest position it has seen and its own heartbeat. The first process to detect a rollback gives
 * the fence and all channels new epochs in one transaction; every process then calls its listeners.
 */
@Injectable()
export class History implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(History.name);
  private memory: HistoryMemory = newMemory();
  private identity: IdentityColumns | undefined;
  private doubt: Evidence | undefined;
  private checkedAt = -Infinity;
  private readonly checks = new SerialQueue();
  private readonly listeners = new Set<() => void>();
  private readonly changes;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    metrics: Metrics,
  ) {
    this.changes = metrics.counter({
      name: 'tidings_history_changes_total',
      help: 'How often this process detected a change of the database history, by evidence.',
      labels: ['evidence'],
      startsWith: EVIDENCE.map((evidence) => ({ evidence })),
    });
  }

  /** @throws Error before the first check */
  get epoch(): string {
    if (this.memory.epoch === undefined) throw new Error('The database history is not known yet.');
    return this.memory.epoch;
  }

  /** False from the first evidence of a rollback until the epochs have changed. */
  get isCertain(): boolean {
    return this.doubt === undefined;
  }

  async onModuleInit(): Promise<void> {
    await this.check();
    const warn = (error: unknown) => this.logger.warn({ msg: 'checking the history failed', err: error });
    const unlisten = this.bus.onReturn(() => void this.check().catch(warn));
    const checks = runEvery(CHECK_INTERVAL_MS, () => this.checkWhenDue(), warn);
    const forgets = runEvery(PRUNE_INTERVAL_MS, () => this.prune(), warn);
    this.stop = async () => {
      unlisten();
      await Promise.all([checks(), forgets()]);
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /**
   * Calls the listener after the epochs have changed: positions that this process remembers are invalid. The listener
   * must not throw or wait for a check.
   * @returns a function that removes the listener
   */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Records a committed position of the fence in this epoch. */
  record(head: number, epoch: string): void {
    if (epoch === this.memory.epoch && head > this.memory.head) this.memory = { ...this.memory, head };
  }

  /** Data that this process read in this epoch is missing. Nothing is sent until `check` has settled it. */
  suspect(evidence: Evidence, epoch: string): void {
    if (epoch !== this.memory.epoch) return;
    this.doubt ??= evidence;
    void this.check().catch((error: unknown) =>
      this.logger.warn({ msg: 'checking a suspected change of history failed', err: error }),
    );
  }

  /**
   * Queries the database after the call and settles the result: resolves after the listeners have been called.
   * @throws Error when the database is unavailable
   */
  check(): Promise<HistoryState> {
    return this.checks.run(() => this.run());
  }

  /** The history as `tx` sees it. If it is doubtful, call `check` after the transaction. */
  async look(tx: Transaction): Promise<HistoryLook> {
    const { memory } = this;
    const ask = <Row>(sql: string, parameters?: readonly unknown[]) => tx.query<Row>(sql, parameters);
    const state = await readHistory(ask, this.identity ?? UNKNOWN_SERVER, memory.process);
    const isDoubtful = !this.isCertain || evidenceOf(memory, state) !== undefined;
    return { isDoubtful, unchangedForMs: state.unchangedForMs };
  }

  private async checkWhenDue(): Promise<void> {
    if (performance.now() - this.checkedAt > CHECK_INTERVAL_MS / 2) await this.check();
  }

  private async run(): Promise<HistoryState> {
    const identity = (this.identity ??= await this.findIdentity());
    const { memory } = this;
    const state = await beatHistory((sql, parameters) => this.database.query(sql, parameters), identity, memory);
    this.doubt ??= evidenceOf(memory, state);
    if (this.doubt !== undefined) return this.settle(this.doubt, identity);
    if (memory.epoch === undefined) await this.claimServer(state);
    this.learn(state, memory.beat + 1);
    return state;
  }

  private async settle(evidence: Evidence, identity: IdentityColumns): Promise<HistoryState> {
    const known = this.memory.epoch;
    const { state, changed } = await this.database.transaction((tx) => changeEpochs(tx, identity, this.memory));
    this.changes.inc({ evidence });
    this.logger.error({
      msg: 'the database history has changed: earlier positions are invalid, connections are closed',
      evidence,
      changedHere: changed,
      epochBefore: known,
      epoch: state.epoch,
    });
    this.memory = newMemory();
    this.doubt = undefined;
    this.learn(state, 0);
    for (const listener of this.listeners) this.call(listener);
    return state;
  }

  private learn({ epoch, head }: HistoryState, beat: number): void {
    this.memory = { ...this.memory, epoch, head: Math.max(head, this.memory.head), beat };
    this.checkedAt = performance.now();
  }

  private call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.logger.error({ msg: 'a history listener failed', err: error });
    }
  }

  private async findIdentity(): Promise<IdentityColumns> {
    const found = await findIdentityColumns((sql, parameters) => this.database.query(sql, parameters));
    const hidden = Object.entries(found).flatMap(([name, column]) => (column.startsWith('NULL') ? [name] : []));
    if (hidden.length > 0) {
      const msg = 'this role may not read the server identity: a failover is detected only by missing data';
      this.logger.warn({ msg, hidden });
    }
    return found;
  }

  /** The first process of an installation stores the server of the epoch. */
  private async claimServer({ actual }: HistoryState): Promise<void> {
    await this.database.query(
      `UPDATE fence SET system_identifier = COALESCE(system_identifier, $1), timeline = COALESCE(timeline, $2)
       WHERE (system_identifier IS NULL AND $1::text IS NOT NULL) OR (timeline IS NULL AND $2::bigint IS NOT NULL)`,
      [actual.systemIdentifier, actual.timeline],
    );
  }

  private async prune(): Promise<void> {
    await this.database.query(
      'DELETE FROM history_beats WHERE process <> $1 AND beaten_at < now() - make_interval(days => $2)',
      [this.memory.process, KEEP_BEATS_DAYS],
    );
  }
}

/** A process starts a new series of heartbeats after each change: the old ones belong to the lost history. */
const newMemory = (): HistoryMemory => ({ process: randomUUID(), epoch: undefined, head: 0, beat: 0 });
