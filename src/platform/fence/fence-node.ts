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
  type HeardChange,
} from './fence-messages.js';

/** A node that has not renewed its lease for this long sends nothing any more. */
export const LEASE_MS = 3_000;
const RENEW_MS = 800;
const FORGET_MS = 3_600_000;
const KEEP_CHANGES_HOURS = 24;

/** What a node does when rights change: it looks again at these users, or at everybody when it can't know whom. */
export type ApplyRights = (userIds: readonly string[] | 'everybody') => Promise<void>;

/**
 * This process's side of the fence, where it serves sockets or pushes. It may send only while it holds its lease, which it holds
 * for LEASE_MS from the moment at which it *asked* for it, by the monotonic clock: so it knows that it has lost it no
 * later than the others do, also when it was stopped in between. A renewal counts only when every change that is older
 * has been applied, in the history that the database has at that moment: when that has changed, the lease is gone and the
 * rights of everybody are looked at before there is another one.
 */
@Injectable()
export class FenceNode implements OnApplicationShutdown {
  private readonly logger = new Logger(FenceNode.name);
  private readonly id = randomUUID();
  private applied = 0;
  /** The epoch that `applied` belongs to; undefined when nothing was applied in the present one. */
  private appliedIn: string | undefined;
  private heldUntil = 0;
  private heard: HeardChange[] = [];
  private working: Promise<void> | undefined;
  private renewing: Promise<void> | undefined;
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

  /** Settles when this node may send. */
  leaseHeld(): Promise<void> {
    return this.holdsLease ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Takes part from now on, with everything in this process that sends by rights. @returns with the first lease */
  async join(apply: ApplyRights): Promise<void> {
    this.applies.push(apply);
    this.joined ??= this.begin();
    await this.joined;
  }

  private async begin(): Promise<void> {
    const { head, epoch } = await this.history.check();
    [this.applied, this.appliedIn] = [head, epoch];
    const unlisten = [
      this.bus.listen(FENCE_TOPIC, (message) => this.hear(readChange(message))),
      this.history.onChange(() => this.forgetEpoch()),
    ];
    const stops = [
      runEvery(RENEW_MS, () => this.renew(), this.warn),
      runEvery(FORGET_MS, () => this.forgetOld(), this.warn),
    ];
    this.stop = async () => {
      for (const end of unlisten) end();
      await Promise.all(stops.map((stop) => stop()));
    };
    await this.renew();
  }

  /** Sockets are closed by then: the others need not wait for our lease to run out. */
  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    this.heldUntil = 0;
    if (this.joined !== undefined) await this.database.query('DELETE FROM fence_nodes WHERE id = $1', [this.id]);
  }

  private hear(change: HeardChange): void {
    // Without the epoch that this node knows, the position says nothing: the database is asked.
    if (change.epoch !== this.appliedIn) return void this.renew().catch(this.warn);
    this.heard.push(change);
    void this.work().catch(this.warn);
  }

  /** What was applied belongs to a history that is lost, and nobody knows whose rights have changed. */
  private forgetEpoch(): void {
    this.heldUntil = 0;
    this.appliedIn = undefined;
    this.heard = [];
    void this.renew().catch(this.warn);
  }

  /** One at a time; what is heard meanwhile is applied together. */
  private work(): Promise<void> {
    this.working ??= this.applyHeard().finally(() => (this.working = undefined));
    return this.working;
  }

  private async applyHeard(): Promise<void> {
    while (this.heard.length > 0) {
      const isNew = ({ position, epoch }: HeardChange) => epoch !== this.appliedIn || position > this.applied;
      const changes = this.heard.splice(0).filter(isNew);
      const last = changes.toSorted((one, other) => one.position - other.position).at(-1);
      if (last?.epoch !== undefined) await this.applyUpTo(last.position, last.epoch, changes);
    }
  }

  private async applyUpTo(last: number, epoch: string, heard: readonly HeardChange[]): Promise<void> {
    const userIds = epoch === this.appliedIn ? await this.usersUpTo(last, heard) : undefined;
    const { epoch: epochBefore } = this.history;
    await Promise.all(this.applies.map((apply) => apply(userIds ?? 'everybody')));
    // Of an epoch that was lost meanwhile nothing counts.
    if (epoch !== epochBefore || epoch !== this.history.epoch) return;
    [this.applied, this.appliedIn] = [last, epoch];
    this.history.saw(last, epoch);
    this.bus.publish(FENCE_ACK_TOPIC, writeAck({ node: this.id, applied: last, epoch }));
  }

  /** Positions are dense and visible in their order: where the hint of one was lost or is late, its row is there. */
  private async usersUpTo(last: number, heard: readonly HeardChange[]): Promise<string[] | undefined> {
    return this.usersOf(last, heard) ?? this.usersOf(last, await this.changesAfter(this.applied, last));
  }

  /** Whose rights changed after `applied` up to `last`; undefined when a change in between isn't known. */
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

  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async renewOnce(): Promise<void> {
    for (;;) {
      const askedAt = performance.now();
      const epochThen = this.history.epoch;
      await this.writeLease(epochThen);
      // Asked after the lease is there for all to see: whoever changed rights and did not wait for us did so before that.
      const { head, epoch } = await this.history.check();
      this.heard.push({ position: head, epoch });
      await this.work();
      if (this.appliedIn === epochThen && this.history.epoch === epochThen) {
        if (this.applied < head) throw new Error('Not every change of rights could be applied.');
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

  private async forgetOld(): Promise<void> {
    await this.database.query('DELETE FROM fence_changes WHERE created_at < now() - make_interval(hours => $1)', [
      KEEP_CHANGES_HOURS,
    ]);
    await this.database.query(`DELETE FROM fence_nodes WHERE lease_until < now() - interval '1 hour'`);
  }

  private readonly warn = (error: unknown): void => this.logger.warn({ msg: 'the fence was not kept up', err: error });
}
