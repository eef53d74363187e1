import type { Transaction } from '../../database/database.js';
import type { EventFields } from '../logged-event.js';

/** Receives all events of some types, in order per channel, in processes with the role `worker`. */
export interface LogConsumer {
  /** Stable: the consumer's cursors are stored under this name. A new name starts with the next committed events. */
  readonly name: string;
  /** Names of the events to receive; `all` includes those that users publish. */
  readonly types: readonly string[] | 'all';
  /**
   * Filters the channels that are relevant to the consumer according to `tx`; by default all are. Other channels are
   * skipped unread, and checked only every 2 s until a message on `concernTopic`. Called after the events were found,
   * so a change that `tx` does not see is newer than they are.
   */
  interestedIn?(tx: Transaction, channels: readonly string[]): Promise<ReadonlySet<string>>;
  /** A bus topic for hints, sent after a commit, that more channels may have become relevant. */
  readonly concernTopic?: string;
  /**
   * Handles events in the transaction that moves the consumer's cursors: its writes happen exactly once per event, even
   * if processes crash. It may call `EventLog.append` once, and must not have other effects outside `tx`. Events of a
   * channel come in order. If it throws, events are retried one by one, so that only the failing one waits.
   */
  handle(tx: Transaction, events: readonly EventFields[]): Promise<void>;
}
