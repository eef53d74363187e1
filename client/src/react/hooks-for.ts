import type { EventOf, TidingsClient } from '../tidings.js';
import type { ChannelOptions, ChannelState } from './channel-state.js';
import { useTidings } from './provider.js';
import { useChannel } from './use-channel.js';
import { useEvents } from './use-events.js';

/** The hooks that see events, for the application's own events. */
export interface HooksFor<MyEvents extends object> {
  useTidings(): TidingsClient<MyEvents>;
  useChannel<Data, Channel extends string = string>(
    channel: Channel,
    options: ChannelOptions<Data, Channel, MyEvents>,
  ): ChannelState<Data>;
  useEvents<Channel extends string>(
    channel: Channel | undefined,
    onEvent: (event: EventOf<Channel, MyEvents>) => unknown,
  ): void;
}

/**
 * The same hooks, typed. Call it once, in a module.
 * @typeParam MyEvents the payloads of the application's own events by their types
 */
export const hooksFor = <MyEvents extends object>(): HooksFor<MyEvents> =>
  ({ useTidings, useChannel, useEvents }) as unknown as HooksFor<MyEvents>;
