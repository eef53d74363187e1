import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Bus } from '../bus/bus.js';
import { Database, type Transaction } from '../database/database.js';
import { History } from '../history/history.js';
import { LEASE_MS } from './fence-node.js';
import {
  FENCE_ACK_TOPIC,
  FENCE_TOPIC,
  readAck,
  writeChange,
  writeCompactChange,
  type FenceAck,
} from './fence-messages.js';
import { changeUnconfirmed } from './fence.errors.js';

/** Longer than a lease: a node that does not confirm within this time no longer holds one. */
const CONFIRM_TIMEOUT_MS = 4_000;
/** Acknowledgements can be lost on the bus, so the nodes' rows and leases are polled at this interval. */
const POLL_INTERVAL_MS = 200;
const MAX_NODES = 1_000;
/**
 * After a change of history, the lease table may be older than the leases: a node that is missing there sends until its
 * lease expires. For this long after the change, by the database's clock, responses wait.
 */
const SETTLED_AFTER_MS = LEASE_MS + 500;

/** A committed change that is not yet applied everywhere. */
interface PendingChange {
  readonly position: number;
  readonly epoch: string;
  readonly isDoubtful: boolean;
  readonly settledInMs: number;
}

/** Records that the rights of a user may change in this transaction, in either direction. */
export type RightsChanged = (userId: string) => void;

/**
 * Changes of rights that are effective everywhere before they are answered. The transaction gives a change a position.
 * After the commit, every node that serves sockets applies and acknowledges it, or loses its lease and sends nothing;
 * only then does the call return. Positions and acknowledgements count within one epoch: after a rollback of the
 * database, a change waits until every lease of the lost history has expired.
 */
@Injectable()
export class Fence {
  /** The last acknowledgement of each node. */
  private readonly acknowledged = new Map<string, FenceAck>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly history: History,
  ) {
    bus.listen(FENCE_ACK_TOPIC, (message) => {
      const ack = readAck(message);
      if (this.acknowledged.size >= MAX_NODES) this.acknowledged.clear();
      this.acknowledged.set(ack.node, ack);
      for (const wake of this.waiting) wake();
    });
  }

  /**
   * Like `Database.transaction`, for work that changes the rights of users.
   * @returns once no later event reaches a user who has lost the right to it
   * @throws `fence.unconfirmed` when this is not confirmed in time; the change is committed all the same
   */
  async transaction<Result>(work: (tx: Transaction, changed: RightsChanged) => Promise<Result>): Promise<Result> {
    let pending: PendingChange | undefined;
    const result = await this.database.transaction(async (tx) => {
      const userIds = new Set<string>();
      const done = await work(tx, (userId) => userIds.add(userId));
      pending = userIds.size === 0 ? undefined : await this.recordChange(tx, [...userIds]);
      return done;
    });
    if (pending !== undefined) await this.confirm(pending);
    return result;
  }

  /** The last step before the commit, since the position's lock blocks all other changes of rights. */
  private async recordChange(tx: Transaction, userIds: readonly string[]): Promise<PendingChange> {
    const look = await this.history.look(tx);
    const [row] = await tx.query<{ position: string; epoch: string }>(
      `WITH next AS (UPDATE fence SET head = head + 1 RETURNING head, epoch),
       told AS (INSERT INTO fence_changes (position, user_ids) SELECT head, $1 FROM next)
       SELECT head AS position, epoch FROM next`,
      [userIds],
    );
    if (row === undefined) throw new Error('The fence row is missing.');
    const { epoch } = row;
    const change = { position: Number(row.position), epoch, userIds };
    tx.afterCommit(() => {
      this.history.record(change.position, epoch);
      this.bus.publish(FENCE_TOPIC, writeChange(change), [writeCompactChange(change)]);
    });
    const isDoubtful = look.isDoubtful || epoch !== this.history.epoch;
    return { position: change.position, epoch, isDoubtful, settledInMs: SETTLED_AFTER_MS - look.unchangedForMs };
  }

  private async confirm({ position, epoch, isDoubtful, settledInMs }: PendingChange): Promise<void> {
    const epochNow = isDoubtful ? (await this.history.check()).epoch : epoch;
    const waitMs = isDoubtful ? SETTLED_AFTER_MS : settledInMs;
    if (waitMs > 0) await delay(waitMs);
    await this.waitForNodes(position, epochNow);
  }

  private async waitForNodes(position: number, epoch: string): Promise<void> {
    const isPast = (node: string) => this.isPast(position, epoch, node);
    const giveUpAt = performance.now() + CONFIRM_TIMEOUT_MS;
    for (;;) {
      const late = await this.nodesBefore(position, epoch);
      if (late.length === 0) return;
      const pollAt = performance.now() + POLL_INTERVAL_MS;
      while (!late.every(isPast) && performance.now() < pollAt) {
        await this.nextAcknowledgement(pollAt - performance.now());
      }
      if (late.every(isPast)) return;
      if (performance.now() >= giveUpAt) throw changeUnconfirmed();
    }
  }

  private isPast(position: number, epoch: string, node: string): boolean {
    const ack = this.acknowledged.get(node);
    return ack !== undefined && ack.epoch === epoch && ack.applied >= position;
  }

  private async nextAcknowledgement(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.waiting.add(done);
    });
  }

  /**
   * Nodes that may still send by older rights: they hold a lease and their row confirms no later position in this
   * epoch. Nodes of the previous release have no epoch.
   * @throws `fence.unconfirmed` when the history has changed meanwhile: the change may be lost
   */
  private async nodesBefore(position: number, epoch: string): Promise<string[]> {
    const nodes = await this.database.query<{ id: string | null; epoch: string }>(
      `SELECT fence_nodes.id, fence.epoch FROM fence LEFT JOIN fence_nodes
         ON lease_until > now() AND (applied < $1 OR fence_nodes.epoch <> fence.epoch)`,
      [position],
    );
    if (nodes.some((node) => node.epoch !== epoch)) throw changeUnconfirmed();
    return nodes.flatMap(({ id }) => (id === null ? [] : [id]));
  }
}
