import type { EventOf, Position, TidingsError } from '../tidings.js';
import type { KeepOption } from './refused.js';

export interface ChannelOptions<
  Data,
  Channel extends string = string,
  MyEvents extends object = never,
> extends KeepOption {
  /** Loads the list and its position. Called again when events were lost or `reduce` has thrown. */
  load(): Promise<{ readonly data: Data; readonly position?: Position | undefined }>;
  /** The data after an event. */
  reduce(data: Data, event: EventOf<Channel, MyEvents>): Data;
}

/**
 * `stale`: the data aren't live at the moment, or are being reloaded; `refused`: the user may not read the channel, or
 * has to sign in again. The data are removed then, unless `keep` is set.
 */
export interface ChannelState<Data> {
  readonly state: 'loading' | 'live' | 'stale' | 'refused';
  /** Whether `data` may be outdated. */
  readonly stale: boolean;
  readonly data?: Data;
  readonly error?: TidingsError | undefined;
}
