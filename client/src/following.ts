import type { Channels, Listener } from './channels.js';
import type { ChannelEvents, Events } from './contract.js';
import { callbackFailed, callbackLate, type TidingsError } from './errors.js';
import type { ServerFrame } from './link.js';
import type { Place, Position } from './position.js';
import { within, type Reports } from './reports.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A list that has not loaded by then is loaded again, and what becomes of the first load is ignored. */
const LOAD_WITHIN_MS = 30_000;

/** Something that happened, as the log has it. */
export interface LoggedEvent<Type extends string, Payload> {
  readonly type: Type;
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  /** The user who caused it; null when no user did. */
  readonly actor: string | null;
  readonly payload: Payload;
}

type Logged<Type extends keyof Events> = { [One in Type]: LoggedEvent<One, Events[One]> }[Type];

export type TidingsEvent = Logged<keyof Events>;

/** The events of a channel, by its kind: those of `tasks:...` are about tasks. */
export type EventOf<Channel extends string> = Channel extends `${infer Kind}:${string}`
  ? Kind extends keyof ChannelEvents
    ? Logged<ChannelEvents[Kind]>
    : TidingsEvent
  : TidingsEvent;

/** What to do about a channel. What one of these throws, or rejects with, goes to `onError`. */
export interface Follower<Channel extends string = string> {
  /** Each event once and in order. */
  onEvent(event: EventOf<Channel>): unknown;
  /**
   * Load the list: there was no position, or what came after it is gone from the log. Events wait meanwhile and then go on
   * from the list's `position`, if that is returned. A rejection, and a load that takes 30 s, are tried again.
   */
  onReload?(channel: string): Position | undefined | void | Promise<Position | undefined | void>;
  /** The user may not read the channel. It goes on by itself when the right comes back. */
  onRefused?(error: TidingsError, channel: string): unknown;
  /** From here on events are live, or on their way. Also after each return. */
  onLive?(position: Position): unknown;
}

/** One subscriber's way through a channel. */
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
    this.#tell('onEvent', () => this.#follower.onEvent(frame as TidingsEvent));
  }

  refused(error: TidingsError): void {
    this.#tell('onRefused', () => this.#follower.onRefused?.(error, this.#channel));
  }

  async #reload(start: Position): Promise<void> {
    // Nothing of what came before it has been seen until it is loaded: who keeps the position must not come back to it.
    this.place = undefined;
    try {
      const load = () => this.#follower.onReload?.(this.#channel);
      const listed = await within(LOAD_WITHIN_MS, load, () => callbackLate(this.#name('onReload')));
      this.place = this.#placeOf(listed ?? start);
      this.#tries = 0;
      if (!this.#isOver) this.begin();
    } catch (error) {
      if (!this.#isOver) this.#reports.report(callbackFailed(this.#name('onReload'), error));
      // With no place it starts over, and loads again, once there is a connection.
      const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries++);
      setTimeout(() => !this.#isOver && this.begin(), ceiling * (0.5 + Math.random() / 2));
    }
  }

  #placeOf({ channel, epoch, offset }: Position): Place {
    // From a position of something else the list would be loaded again, and again.
    if (typeof epoch !== 'string' || typeof offset !== 'number' || (channel ?? this.#channel) !== this.#channel) {
      throw new Error('it has to return the `position` of a list of this channel, or nothing');
    }
    return { epoch, offset };
  }

  /** A callback that throws has had the event all the same. */
  #tell(name: string, call: () => unknown): void {
    if (!this.#isOver) this.#reports.call(this.#name(name), call);
  }

  #name = (callback: string): string => `${callback} of ${this.#channel}`;
}
