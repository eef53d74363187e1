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

/** Longer than a lease lasts: a node that says nothing for this long has none any more. */
const CONFIRMED_WITHIN_MS = 4_000;
/** An acknowledgement may be lost on the bus; the nodes' rows and their leases are looked at this often. */
const LOOK_EVERY_MS = 200;
const MAX_NODES = 1_000;
/**
 * When history changed, the table of leases may be older than the leases: a node that is missing there sends on until its
 * lease has run out. For this long after the change, counted by the database, an answer waits.
 */
const SETTLED_AFTER_MS = LEASE_MS + 500;

/** A change that is committed, and has yet to be followed everywhere. */
interface Raised {
  readonly position: number;
  readonly epoch: string;
  readonly isDoubtful: boolean;
  readonly settledInMs: number;
}

/** Says that the rights of a user change in this transaction: for the worse, for the better, or maybe not at all. */
export type RightsChanged = (userId: string) => void;

/**
 * Changes of rights that hold everywhere when they are answered. A change gets a position in the transaction that makes
 * it; after the commit every node that serves sockets applies it and says so, or its lease runs out, and a node without
 * a lease sends nothing. Only then does the change return. Positions and acknowledgements count within one epoch: when the
 * database has gone back in time, a change waits until every lease of the lost history has run out.
 */
@Injectable()
export class Fence {
  /** By node, how far it has said that it is. */
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
      for (const lookAgain of this.waiting) lookAgain();
    });
  }

  /**
   * As `Database.transaction`, for work that changes somebody's rights.
   * @returns once no event that is committed from now on reaches anybody whose right to it was taken away
   * @throws `fence.unconfirmed` when that isn't known in time; the change is committed all the same
   */
  async transaction<Result>(work: (tx: Transaction, changed: RightsChanged) => Promise<Result>): Promise<Result> {
    let raised: Raised | undefined;
    const result = await this.database.transaction(async (tx) => {
      const userIds = new Set<string>();
      const done = await work(tx, (userId) => userIds.add(userId));
      raised = userIds.size === 0 ? undefined : await this.raise(tx, [...userIds]);
      return done;
    });
    if (raised !== undefined) await this.passed(raised);
    return result;
  }

  /** The last thing before the commit, since the position's lock makes all other changes of rights wait. */
  private async raise(tx: Transaction, userIds: readonly string[]): Promise<Raised> {
    const look = await this.history.look(tx);
    const [row] = await tx.query<{ position: string; epoch: string }>(
      `WITH next AS (UPDATE fence SET head = head + 1 RETURNING head, epoch),
       told AS (INSERT INTO fence_changes (position, user_ids) SELECT head, $1 FROM next)
       SELECT head AS position, epoch FROM next`,
      [userIds],
    );
    if (row === undefined) throw new Error('The row of the fence is missing.');
    const { epoch } = row;
    const change = { position: Number(row.position), epoch, userIds };
    tx.afterCommit(() => {
      this.history.saw(change.position, epoch);
      this.bus.publish(FENCE_TOPIC, writeChange(change), [writeCompactChange(change)]);
    });
    const isDoubtful = look.isDoubtful || epoch !== this.history.epoch;
    return { position: change.position, epoch, isDoubtful, settledInMs: SETTLED_AFTER_MS - look.unchangedForMs };
  }

  private async passed({ position, epoch, isDoubtful, settledInMs }: Raised): Promise<void> {
    const epochNow = isDoubtful ? (await this.history.check()).epoch : epoch;
    const waitMs = isDoubtful ? SETTLED_AFTER_MS : settledInMs;
    if (waitMs > 0) await delay(waitMs);
    await this.followed(position, epochNow);
  }

  private async followed(position: number, epoch: string): Promise<void> {
    const isPast = (node: string) => this.isPast(position, epoch, node);
    const giveUpAt = performance.now() + CONFIRMED_WITHIN_MS;
    for (;;) {
      const late = await this.nodesBefore(position, epoch);
      if (late.length === 0) return;
      const lookAgainAt = performance.now() + LOOK_EVERY_MS;
      while (!late.every(isPast) && performance.now() < lookAgainAt) {
        await this.nextAcknowledgement(lookAgainAt - performance.now());
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
   * The nodes that may still be sending by older rights: they hold a lease and have not confirmed in their row, in this
   * epoch. A node of the release before this one names no epoch.
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
