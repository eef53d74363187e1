import type { Channels, Listener } from './channels.js';
import type { ChannelEvents, Events } from './contract.js';

import { callbackFailed, callbackLate, type TidingsError } from './errors.js';
import type { ServerFrame } from './link.js';
import type { CustomEvent, LoggedEvent, TracedEvent, TypedEvent } from './logged-event.js';
import type { Place, Position } from './position.js';
import { within, type Reports } from './reports.js';

const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** After this time the list is loaded again, and the result of the first load is ignored. */
const LOAD_TIMEOUT_MS = 30_000;

type Logged<Type extends keyof Events> = { [One in Type]: LoggedEvent<One, Events[One]> }[Type];

export type TidingsEvent = Logged<keyof Events>;

/**
 * The events of a channel by its kind, e.g. the task events for `tasks:...`. The application's own events are in topics
 * and in the channels of users.
 */
export type EventOf<Channel extends string, MyEvents extends object = never> = Channel extends `${infer Kind}:${string}`
  ? Kind extends 'topic'
    ? CustomEvent<MyEvents>
    : Kind extends 'user'
      ? Logged<ChannelEvents['user']> | TypedEvent<MyEvents>
      : Kind extends keyof ChannelEvents
        ? Logged<ChannelEvents[Kind]>
        : TidingsEvent | TypedEvent<MyEvents>
  : TidingsEvent | TypedEvent<MyEvents>;

/** The callbacks of a subscription. Errors that they throw or reject with go to `onError`. */
export interface Follower<Channel extends string = string, MyEvents extends object = never> {
  /** Called for each event once and in order. */
  onEvent(event: EventOf<Channel, MyEvents>): unknown;
  /**
   * Load the list: there was no position, or the log has lost events after it. Events wait until then, and continue
   * from the list's `position` if you return it. The client retries after a rejection and after 30 s.
   */
  onReload?(channel: string): Position | undefined | void | Promise<Position | undefined | void>;
  /** The user may not read the channel. The subscription continues by itself when the right is granted. */
  onRefused?(error: TidingsError, channel: string): unknown;
  /** Events follow from this position on. Called after each reconnect too. */
  onLive?(position: Position): unknown;
}

/** One subscription of the application: its position and its callbacks. */
export class Following implements Listener {
  place: Place | undefined;
  readonly #channels: Channels;
  readonly #channel: string;
  readonly #follower: Follower;
  readonly #reports: Reports;
  #isOver = false;
  #tries = 0;

  constructor(channels: Channels, channel: string, follower: Follower, reports: Reports, place?: Place) {
    this.#channels = channels;
    this.#channel = channel;
    this.#follower = follower;
    this.#reports = reports;
    this.place = place && { epoch: place.epoch, offset: place.offset };
  }

  get position(): Position | undefined {
    return this.place && { channel: this.#channel, ...this.place };
  }

  begin(): void {
    this.#channels.add(this.#channel, this);
  }

  end(): void {
    this.#isOver = true;
    this.#channels.remove(this.#channel, this);
  }

  started(position: Position, recovered: boolean): void {
    if (!recovered && this.#follower.onReload !== undefined) {
      this.#channels.hold(this.#channel, this);
      void this.#reload(position);
    } else this.#tell('onLive', () => this.#follower.onLive?.(position));
  }

  event(frame: ServerFrame): void {
    const handle = () => this.#follower.onEvent(frame as TidingsEvent);
    this.#tell('onEvent', frame.trace ? () => this.#channels.trace(frame as TracedEvent, handle) : handle);
  }

  refused(error: TidingsError): void {
    this.#tell('onRefused', () => this.#follower.onRefused?.(error, this.#channel));
  }

  async #reload(start: Position): Promise<void> {
    // Until the list is loaded, the application must not store a position that skips the lost events.
    this.place = undefined;
    try {
      const load = () => this.#follower.onReload?.(this.#channel);
      const listed = await within(LOAD_TIMEOUT_MS, load, () => callbackLate(this.#name('onReload')));
      this.place = this.#placeOf(listed ?? start);
      this.#tries = 0;
      if (!this.#isOver) this.begin();
    } catch (error) {
      if (!this.#isOver) this.#reports.report(callbackFailed(this.#name('onReload'), error));
      // Without a position it starts over and loads again, once there is a connection.
      const ceiling = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** this.#tries++);
      setTimeout(() => !this.#isOver && this.begin(), ceiling * (0.5 + Math.random() / 2));
    }
  }

  #placeOf({ channel, epoch, offset }: Position): Place {
    // Another channel's position would cause endless reloads.
    if (typeof epoch !== 'string' || typeof offset !== 'number' || (channel ?? this.#channel) !== this.#channel) {
      throw new Error('it has to return the `position` of a list of this channel, or undefined');
    }
    return { epoch, offset };
  }

  /** An event counts as seen even if the callback throws. */
  #tell(name: string, call: () => unknown): void {
    if (!this.#isOver) this.#reports.call(this.#name(name), call);
  }

  #name = (callback: string): string => `${callback} of ${this.#channel}`;
}
