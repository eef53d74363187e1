import { Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { Database, type Transaction } from '../database/database.js';
import { FENCE_ACK_TOPIC, FENCE_TOPIC, readAck, writeChange, writeCompactChange } from './fence-messages.js';
import { changeUnconfirmed } from './fence.errors.js';

/** Longer than a lease lasts: a node that says nothing for this long has none any more. */
const CONFIRMED_WITHIN_MS = 4_000;
/** An acknowledgement may be lost on the bus; the nodes' rows and their leases are looked at this often. */
const LOOK_EVERY_MS = 200;
const MOST_NODES = 1_000;

/** Says that the rights of a user change in this transaction: for the worse, for the better, or maybe not at all. */
export type RightsChanged = (userId: string) => void;

/**
 * Changes of rights that hold everywhere when they are answered. A change gets a position in the transaction that makes
 * it; after the commit every node that serves sockets applies it and says so, or its lease runs out, and a node without
 * a lease sends nothing. Only then does the change return.
 */
@Injectable()
export class Fence {
  /** By node, how far it has said that it is. */
  private readonly acknowledged = new Map<string, number>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {
    bus.listen(FENCE_ACK_TOPIC, (message) => {
      const { node, applied } = readAck(message);
      if (this.acknowledged.size >= MOST_NODES) this.acknowledged.clear();
      this.acknowledged.set(node, applied);
      for (const lookAgain of this.waiting) lookAgain();
    });
  }

  /**
   * As `Database.transaction`, for work that changes somebody's rights.
   * @returns once no event that is committed from now on reaches anybody whose right to it was taken away
   * @throws `fence.unconfirmed` when that isn't known in time; the change is committed all the same
   */
  async transaction<Result>(work: (tx: Transaction, changed: RightsChanged) => Promise<Result>): Promise<Result> {
    let position: number | undefined;
    const result = await this.database.transaction(async (tx) => {
      const userIds = new Set<string>();
      const done = await work(tx, (userId) => userIds.add(userId));
      position = userIds.size === 0 ? undefined : await this.raise(tx, [...userIds]);
      return done;
    });
    if (position !== undefined) await this.passed(position);
    return result;
  }

  /** The last thing before the commit, since the position's lock makes all other changes of rights wait. */
  private async raise(tx: Transaction, userIds: readonly string[]): Promise<number> {
    const [row] = await tx.query<{ position: string }>(
      `WITH next AS (UPDATE fence SET head = head + 1 RETURNING head)
       INSERT INTO fence_changes (position, user_ids) SELECT head, $1 FROM next RETURNING position`,
      [userIds],
    );
    const position = Number(row?.position);
    const change = { position, userIds };
    tx.afterCommit(() => this.bus.publish(FENCE_TOPIC, writeChange(change), [writeCompactChange(change)]));
    return position;
  }

  private async passed(position: number): Promise<void> {
    const giveUpAt = performance.now() + CONFIRMED_WITHIN_MS;
    for (let late = await this.nodesBefore(position); late.length > 0; late = await this.nodesBefore(position)) {
      const lookAgainAt = performance.now() + LOOK_EVERY_MS;
      while (late.some((node) => !this.isPast(position, node)) && performance.now() < lookAgainAt) {
        await this.nextAcknowledgement(lookAgainAt - performance.now());
      }
      if (late.every((node) => this.isPast(position, node))) return;
      if (performance.now() >= giveUpAt) throw changeUnconfirmed();
    }
  }

  private isPast(position: number, node: string): boolean {
    return (this.acknowledged.get(node) ?? 0) >= position;
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

  /** The nodes that may still be sending by older rights: they hold a lease and have not confirmed in their row. */
  private async nodesBefore(position: number): Promise<string[]> {
    const nodes = await this.database.query<{ id: string }>(
      'SELECT id FROM fence_nodes WHERE applied < $1 AND lease_until > now()',
      [position],
    );
    return nodes.map(({ id }) => id);
  }
}
