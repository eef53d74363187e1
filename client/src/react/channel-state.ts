import type { EventOf, Position, TidingsError } from '../tidings.js';
import type { KeepOption } from './refused.js';

export interface ChannelOptions<Data, Channel extends string = string> extends KeepOption {
  /** Reads the list and its position. Also when events were lost, or `reduce` threw: then the list is read anew. */
  load(): Promise<{ readonly data: Data; readonly position?: Position | undefined }>;
  /** The data after an event. */
  reduce(data: Data, event: EventOf<Channel>): Data;
}

/**
 * `stale`: there are data, but they are not followed at the moment, or are being read anew; `refused`: the user may not
 * read the channel, or has to sign in again. The data are gone then, unless `keep` is set.
 */
export interface ChannelState<Data> {
  readonly state: 'loading' | 'live' | 'stale' | 'refused';
  /** Whether `data` may be old. */
  readonly stale: boolean;
  readonly data?: Data;
  readonly error?: TidingsError | undefined;
}
