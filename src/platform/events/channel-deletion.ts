import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../bus/bus.js';
import type { Transaction } from '../database/database.js';
import { publishHints } from './log-hint.js';

/** The state of a channel when it was deleted. */
export interface DeletedChannel {
  readonly epoch: string;
  readonly head: number;
  readonly tail: number;
}

interface Row {
  readonly epoch: string;
  readonly head: string;
  readonly tail: string;
}

/** Deletes channels with their events. */
@Injectable()
export class ChannelDeletion {
  constructor(private readonly bus: Bus) {}

  /**
   * Subscribers learn that their position is lost. The next event creates the channel again, with another epoch.
   * @returns undefined when there is no such channel, or when it never had an event
   */
  async run(tx: Transaction, name: string): Promise<DeletedChannel | undefined> {
    const [row] = await tx.query<Row>('DELETE FROM channels WHERE name = $1 AND head > 0 RETURNING epoch, head, tail', [
      name,
    ]);
    if (row === undefined) return undefined;
    tx.afterCommit(() => {
      // An epoch that no node knows makes each of them compare the channel with the log.
      publishHints(this.bus, [{ channel: name, epoch: randomUUID(), last: 0, types: [], events: [] }]);
    });
    return { epoch: row.epoch, head: Number(row.head), tail: Number(row.tail) };
  }
}
