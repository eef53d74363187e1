import type { Channels, Listener } from './channels.js';
import type { Events } from './contract.js';
import type { TidingsError } from './errors.js';
import type { ServerFrame } from './link.js';
import type { Place, Position } from './position.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

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

export type TidingsEvent = { [Type in keyof Events]: LoggedEvent<Type, Events[Type]> }[keyof Events];

/** What to do about a channel. */
export interface Follower {
  /** Each event once and in order. */
  onEvent(event: TidingsEvent): void;
  /**
   * Load the list: there was no position, or what came after it is gone from the log. Events wait meanwhile and then go on
   * from the list's `position`, if that is returned. A rejection is tried again.
   */
  onReload?(channel: string): Position | undefined | void | Promise<Position | undefined | void>;
  /** The user may not read the channel. It goes on by itself when the right comes back. */
  onRefused?(error: TidingsError, channel: string): void;
  /** From here on events are live, or on their way. Also after each return. */
  onLive?(position: Position): void;
}

/** One subscriber's way through a channel. */
export class Following implements Listener {
  place: Place | undefined;
  readonly #channels: Channels;
  readonly #channel: string;
  readonly #follower: Follower;
  #isOver = false;
  #tries = 0;

  constructor(channels: Channels, channel: string, follower: Follower, place?: Place) {
    this.#channels = channels;
    this.#channel = channel;
    this.#follower = follower;
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
    } else this.#tell(() => this.#follower.onLive?.(position));
  }

  event(frame: ServerFrame): void {
    this.#tell(() => this.#follower.onEvent(frame as TidingsEvent));
  }

  refused(error: TidingsError): void {
    this.#tell(() => this.#follower.onRefused?.(error, this.#channel));
  }

  async #reload(start: Position): Promise<void> {
    // Nothing of what came before it has been seen until it is loaded: who keeps the position must not come back to it.
    this.place = undefined;
    try {
      const { epoch, offset } = (await this.#follower.onReload?.(this.#channel)) ?? start;
      this.place = { epoch, offset };
      this.#tries = 0;
      if (!this.#isOver) this.begin();
    } catch {
      // With no place it starts over, and loads again, once there is a connection.
      const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries++);
      setTimeout(() => !this.#isOver && this.begin(), ceiling * (0.5 + Math.random() / 2));
    }
  }

  /** Who throws has had the event all the same, and takes nothing from others. */
  #tell(call: () => void): void {
    if (this.#isOver) return;
    try {
      call();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
