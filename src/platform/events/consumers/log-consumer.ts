import type { Transaction } from '../../database/database.js';
import type { EventFields } from '../logged-event.js';

/** Something that gets every event of some types, each channel in its order, in processes with the role `worker`. */
export interface LogConsumer {
  /** Its place in the log is kept under this name, for good. A new name starts with what is committed from now on. */
  readonly name: string;
  /** Names of the events that it wants. */
  readonly types: readonly string[];
  /**
   * Which of the channels hold anything for it, as things stand in `tx`; all, when it is left out. The others are passed
   * over unread, and until something is said on `concernTopic` they are looked at every 2 s only. It is asked after the
   * events were found: whatever is not to be seen yet came later than they did.
   */
  interestedIn?(tx: Transaction, channels: readonly string[]): Promise<ReadonlySet<string>>;
  /** The bus topic that says, after a commit: more channels may concern it from now on. A hint, as all of them. */
  readonly concernTopic?: string;
  /**
   * Takes events in the transaction in which the consumer's place moves on: what it writes there happens once for each
   * event, whoever dies when. It may call `EventLog.append` once, and must not do anything else outside of `tx`. Events of
   * one channel come in their order. When it throws, each event is tried alone, so that only the one that fails waits.
   */
  handle(tx: Transaction, events: readonly EventFields[]): Promise<void>;
}
