import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../bus/bus.js';
import { Database } from '../database/database.js';
import { repeat } from '../repeat/repeat.js';
import {
  FENCE_ACK_TOPIC,
  FENCE_TOPIC,
  readChange,
  writeAck,
  type FenceChange,
  type HeardChange,
} from './fence-messages.js';

const LEASE_MS = 3_000;
const RENEW_MS = 800;
const FORGET_MS = 3_600_000;
const KEEP_CHANGES_HOURS = 24;

/** What a node does when rights change: it looks again at these users, or at everybody when it can't know whom. */
export type ApplyRights = (userIds: readonly string[] | 'everybody') => Promise<void>;

/**
 * This process's side of the fence, where it serves sockets or pushes. It may send only while it holds its lease, which it holds
 * for LEASE_MS from the moment at which it *asked* for it, by the monotonic clock: so it knows that it has lost it no
 * later than the others do, also when it was stopped in between. A renewal counts only when every change that is older
 * has been applied.
 */
@Injectable()
export class FenceNode implements OnApplicationShutdown {
  private readonly logger = new Logger(FenceNode.name);
  private readonly id = randomUUID();
  private applied = 0;
  private heldUntil = 0;
  private readonly heard: HeardChange[] = [];
  private working: Promise<void> | undefined;
  private readonly waiting: Array<() => void> = [];
  private readonly applies: ApplyRights[] = [];
  private joined: Promise<void> | undefined;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  get holdsLease(): boolean {
    return performance.now() < this.heldUntil;
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
    this.applied = await this.head();
    const unlisten = this.bus.listen(FENCE_TOPIC, (message) => this.hear(readChange(message)));
    const onError = (error: unknown) => this.logger.warn({ msg: 'the fence was not kept up', err: error });
    const stops = [repeat(RENEW_MS, () => this.renew(), onError), repeat(FORGET_MS, () => this.forgetOld(), onError)];
    this.stop = async () => {
      unlisten();
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
    this.heard.push(change);
    void this.work().catch((error: unknown) => this.logger.warn({ msg: 'rights were not applied', err: error }));
  }

  /** One at a time; what is heard meanwhile is applied together. */
  private work(): Promise<void> {
    this.working ??= this.applyHeard().finally(() => (this.working = undefined));
    return this.working;
  }

  private async applyHeard(): Promise<void> {
    while (this.heard.length > 0) {
      const changes = this.heard.splice(0).filter(({ position }) => position > this.applied);
      const last = changes.reduce((most, { position }) => Math.max(most, position), this.applied);
      if (last > this.applied) await this.applyUpTo(last, changes);
    }
  }

  private async applyUpTo(last: number, heard: readonly HeardChange[]): Promise<void> {
    // Positions are dense and visible in their order: where the hint of one was lost or is late, its row is there.
    const userIds = this.usersOf(last, heard) ?? this.usersOf(last, await this.changesAfter(this.applied, last));
    await Promise.all(this.applies.map((apply) => apply(userIds ?? 'everybody')));
    this.applied = last;
    this.bus.publish(FENCE_ACK_TOPIC, writeAck({ node: this.id, applied: last }));
  }

  /** Whose rights changed after `applied` up to `last`; undefined when a change in between isn't known. */
  private usersOf(last: number, changes: readonly HeardChange[]): string[] | undefined {
    const known = new Map<number, readonly string[]>();
    for (const { position, userIds } of changes) if (userIds !== undefined) known.set(position, userIds);
    return known.size === last - this.applied ? [...new Set([...known.values()].flat())] : undefined;
  }

  private async changesAfter(position: number, last: number): Promise<FenceChange[]> {
    const rows = await this.database.query<{ position: string; userIds: string[] }>(
      'SELECT position, user_ids AS "userIds" FROM fence_changes WHERE position > $1 AND position <= $2',
      [position, last],
    );
    return rows.map((row) => ({ position: Number(row.position), userIds: row.userIds }));
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    await this.database.query(
      `INSERT INTO fence_nodes (id, applied, lease_until)
       VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
       ON CONFLICT (id) DO UPDATE SET applied = excluded.applied, lease_until = excluded.lease_until`,
      [this.id, this.applied, LEASE_MS / 1000],
    );
    // Asked after the lease is there for all to see: whoever changed rights and did not wait for us did so before that.
    const head = await this.head();
    this.heard.push({ position: head });
    await this.work();
    if (this.applied < head) throw new Error('Not every change of rights could be applied.');
    this.heldUntil = Math.max(this.heldUntil, askedAt + LEASE_MS);
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async head(): Promise<number> {
    const [fence] = await this.database.query<{ head: string }>('SELECT head FROM fence');
    return Number(fence?.head ?? 0);
  }

  private async forgetOld(): Promise<void> {
    await this.database.query('DELETE FROM fence_changes WHERE created_at < now() - make_interval(hours => $1)', [
      KEEP_CHANGES_HOURS,
    ]);
    await this.database.query(`DELETE FROM fence_nodes WHERE lease_until < now() - interval '1 hour'`);
  }
}
