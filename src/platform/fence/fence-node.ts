import { Coalescer } from '../concurrency/coalescer.js';
import { singleFlight } from '../concurrency/single-flight.js';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../bus/bus.js';
import { Database } from '../database/database.js';
import { History } from '../history/history.js';
import { runEvery } from '../concurrency/run-every.js';
import {
  FENCE_ACK_TOPIC,
  FENCE_TOPIC,
  readChange,
  writeAck,
  type FenceChange,
  type ReceivedChange,
} from './fence-messages.js';

/** A node that has not renewed its lease for this long sends nothing. */
export const LEASE_MS = 3_000;
const RENEW_INTERVAL_MS = 800;
const PRUNE_INTERVAL_MS = 3_600_000;
const KEEP_CHANGES_HOURS = 24;

/** Re-checks the rights of these users after a change, or those of all users if it is unknown whose changed. */
export type ApplyRights = (userIds: readonly string[] | 'everybody') => Promise<void>;

/**
 * This process's side of the fence, for processes that serve sockets or send pushes. It may send only while it holds
 * its lease, which lasts LEASE_MS from the moment of the request, by the monotonic clock: so it loses the lease no
 * later than other processes see it expire, even if it was paused. A renewal counts only after every earlier change has
 * been applied, in the database's current history. When the history changes, the lease ends, and all rights are
 * re-checked first.
 */
@Injectable()
export class FenceNode implements OnApplicationShutdown {
  private readonly logger = new Logger(FenceNode.name);
  /** Names this process in the records of its lease. */
  readonly id = randomUUID();
  private applied = 0;
  /** The epoch of `applied`; undefined when nothing has been applied in the current one. */
  private appliedIn: string | undefined;
  private heldUntil = 0;
  private received: ReceivedChange[] = [];
  private readonly applying = new Coalescer(() => this.applyReceived());
  private readonly renew = singleFlight(() => this.renewOnce());
  private readonly waiting: Array<() => void> = [];
  private readonly applies: ApplyRights[] = [];
  private joined: Promise<void> | undefined;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly history: History,
  ) {}

  get holdsLease(): boolean {
    return performance.now() < this.heldUntil && this.history.isCertain;
  }

  /** Null in a process that has not joined the fence. */
  get lease(): 'held' | 'lost' | null {
    if (this.joined === undefined) return null;
    return this.holdsLease ? 'held' : 'lost';
  }

  /** Resolves when this node may send. */
  leaseHeld(): Promise<void> {
    return this.holdsLease ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Joins the fence for a part of this process that sends by rights. @returns with the first lease */
  async join(apply: ApplyRights): Promise<void> {
    this.applies.push(apply);
    this.joined ??= this.begin();
    await this.joined;
  }

  private async begin(): Promise<void> {
    const { head, epoch } = await this.history.check();
    [this.applied, this.appliedIn] = [head, epoch];
    const unlisten = [
      this.bus.listen(FENCE_TOPIC, (message) => this.receive(readChange(message))),
      this.history.onChange(() => this.forgetEpoch()),
    ];
    const stops = [
      runEvery(RENEW_INTERVAL_MS, () => this.renew(), this.warn),
      runEvery(PRUNE_INTERVAL_MS, () => this.prune(), this.warn),
    ];
    this.stop = async () => {
      for (const end of unlisten) end();
      await Promise.all(stops.map((stop) => stop()));
    };
    await this.renew();
  }

  /** Sockets are closed by now, so other nodes need not wait for the lease to expire. */
  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    this.heldUntil = 0;
    if (this.joined !== undefined) await this.database.query('DELETE FROM fence_nodes WHERE id = $1', [this.id]);
  }

  private receive(change: ReceivedChange): void {
    // Without the current epoch the position means nothing, so the database is queried.
    if (change.epoch !== this.appliedIn) return void this.renew().catch(this.warn);
    this.received.push(change);
    void this.applying.request().catch(this.warn);
  }

  /** The applied changes belong to a lost history, and it is unknown whose rights have changed. */
  private forgetEpoch(): void {
    this.heldUntil = 0;
    this.appliedIn = undefined;
    this.received = [];
    void this.renew().catch(this.warn);
  }

  private async applyReceived(): Promise<void> {
    while (this.received.length > 0) {
      const isNew = ({ position, epoch }: ReceivedChange) => epoch !== this.appliedIn || position > this.applied;
      const changes = this.received.splice(0).filter(isNew);
      const last = changes.toSorted((one, other) => one.position - other.position).at(-1);
      if (last?.epoch !== undefined) await this.applyUpTo(last.position, last.epoch, changes);
    }
  }

  private async applyUpTo(last: number, epoch: string, received: readonly ReceivedChange[]): Promise<void> {
    const userIds = epoch === this.appliedIn ? await this.usersUpTo(last, received) : undefined;
    const { epoch: epochBefore } = this.history;
    await Promise.all(this.applies.map((apply) => apply(userIds ?? 'everybody')));
    // A result for an epoch that was lost meanwhile is discarded.
    if (epoch !== epochBefore || epoch !== this.history.epoch) return;
    [this.applied, this.appliedIn] = [last, epoch];
    this.history.record(last, epoch);
    this.bus.publish(FENCE_ACK_TOPIC, writeAck({ node: this.id, applied: last, epoch }));
  }

  /** Positions are dense and become visible in order, so the row of a change with a lost or late hint exists. */
  private async usersUpTo(last: number, received: readonly ReceivedChange[]): Promise<string[] | undefined> {
    return this.usersOf(last, received) ?? this.usersOf(last, await this.changesAfter(this.applied, last));
  }

  /** Users with changed rights after `applied` up to `last`; undefined when a change in between is unknown. */
  private usersOf(last: number, changes: readonly Partial<FenceChange>[]): string[] | undefined {
    const known = new Map<number | undefined, readonly string[]>();
    for (const { position, userIds } of changes) if (userIds !== undefined) known.set(position, userIds);
    return known.size === last - this.applied ? [...new Set([...known.values()].flat())] : undefined;
  }

  private async changesAfter(position: number, last: number): Promise<Omit<FenceChange, 'epoch'>[]> {
    const rows = await this.database.query<{ position: string; userIds: string[] }>(
      'SELECT position, user_ids AS "userIds" FROM fence_changes WHERE position > $1 AND position <= $2',
      [position, last],
    );
    return rows.map((row) => ({ position: Number(row.position), userIds: row.userIds }));
  }

  private async renewOnce(): Promise<void> {
    for (;;) {
      const askedAt = performance.now();
      const epochThen = this.history.epoch;
      await this.writeLease(epochThen);
      // Checked after the lease is visible: a change that did not wait for this node was committed before.
      const { head, epoch } = await this.history.check();
      this.received.push({ position: head, epoch });
      await this.applying.request();
      if (this.appliedIn === epochThen && this.history.epoch === epochThen) {
        if (this.applied < head) throw new Error('Some changes of rights could not be applied.');
        return this.hold(askedAt);
      }
    }
  }

  private hold(askedAt: number): void {
    this.heldUntil = Math.max(this.heldUntil, askedAt + LEASE_MS);
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async writeLease(epoch: string): Promise<void> {
    await this.database.query(
      `INSERT INTO fence_nodes (id, applied, lease_until, epoch)
       VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3), $4)
       ON CONFLICT (id) DO UPDATE SET applied = excluded.applied, lease_until = excluded.lease_until, epoch = excluded.epoch`,
      [this.id, this.applied, LEASE_MS / 1000, epoch],
    );
  }

  private async prune(): Promise<void> {
    await this.database.query('DELETE FROM fence_changes WHERE created_at < now() - make_interval(hours => $1)', [
      KEEP_CHANGES_HOURS,
    ]);
    await this.database.query(`DELETE FROM fence_nodes WHERE lease_until < now() - interval '1 hour'`);
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'renewing the fence lease failed', err: error });
}
