import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Bus } from '../bus/bus.js';
import { Database, type Transaction } from '../database/database.js';
import { History } from '../history/history.js';
import { Metrics } from '../metrics/metrics.js';
import { LEASE_MS } from './fence-node.js';
import {
  FENCE_ACK_TOPIC,
  FENCE_TOPIC,
  readAck,
  writeChange,
  writeCompactChange,
  type FenceAck,
} from './fence-messages.js';
import { reportReceipt } from './fence-receipt.js';
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

interface SendingNode {
  readonly id: string;
  readonly isLate: boolean;
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
  private readonly durations;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly history: History,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram({
      name: 'tidings_fence_seconds',
      help: 'Time from the commit of a change of rights to the confirmation of the last node.',
    });
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
    if (pending === undefined) return result;
    const committedAt = performance.now();
    const nodes = await this.confirm(pending);
    const durationMs = performance.now() - committedAt;
    this.durations.observe(durationMs / 1_000);
    reportReceipt({ nodes, durationMs });
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

  /** @returns the number of nodes that may send */
  private async confirm({ position, epoch, isDoubtful, settledInMs }: PendingChange): Promise<number> {
    const epochNow = isDoubtful ? (await this.history.check()).epoch : epoch;
    const waitMs = isDoubtful ? SETTLED_AFTER_MS : settledInMs;
    if (waitMs > 0) await delay(waitMs);
    return this.waitForNodes(position, epochNow);
  }

  private async waitForNodes(position: number, epoch: string): Promise<number> {
    const isPast = (node: string) => this.isPast(position, epoch, node);
    const giveUpAt = performance.now() + CONFIRM_TIMEOUT_MS;
    for (;;) {
      const nodes = await this.sendingNodes(position, epoch);
      const late = nodes.filter(({ isLate }) => isLate).map(({ id }) => id);
      if (late.length === 0) return nodes.length;
      const pollAt = performance.now() + POLL_INTERVAL_MS;
      while (!late.every(isPast) && performance.now() < pollAt) {
        await this.nextAcknowledgement(pollAt - performance.now());
      }
      if (late.every(isPast)) return nodes.length;
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
   * The nodes that hold a lease. A late one may still send by older rights: its row confirms no later position in this
   * epoch. Nodes of the previous release have no epoch.
   * @throws `fence.unconfirmed` when the history has changed meanwhile: the change may be lost
   */
  private async sendingNodes(position: number, epoch: string): Promise<SendingNode[]> {
    const rows = await this.database.query<{ id: string | null; isLate: boolean; epoch: string }>(
      `SELECT fence_nodes.id, fence.epoch,
              COALESCE(applied < $1 OR fence_nodes.epoch <> fence.epoch, false) AS "isLate"
       FROM fence LEFT JOIN fence_nodes ON lease_until > now()`,
      [position],
    );
    if (rows.some((row) => row.epoch !== epoch)) throw changeUnconfirmed();
    return rows.flatMap(({ id, isLate }) => (id === null ? [] : [{ id, isLate }]));
  }
}
