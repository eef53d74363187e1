import { EXPIRED, LOST, STOPPING, UNAUTHENTICATED } from './close-codes.js';
import type { ServerFrames } from './contract.js';
import { connectionLost, TidingsError, tokenExpired } from './errors.js';
import type { Dial, Dialing, Ending, Link, ServerFrame } from './link.js';
import { Store } from './store.js';

/** How long to wait before coming back, and when to try another way. */
export interface Patience {
  /** Doubled with each failure. The wait is a random part of it: those cut off together must not come back together. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** After so many failures without ever having had a WebSocket an event stream is tried. */
  readonly fallbackAfter: number;
}

export interface Status {
  /**
   * `off`: not wanted; `waiting`: to be tried again at `retryAt`; `stopped`: `connect` is needed, with a new sign-in or
   * a fix, and `error` says why.
   */
  readonly state: 'off' | 'connecting' | 'open' | 'waiting' | 'stopped';
  readonly via?: Link['via'];
  readonly retryAt?: number;
  /** Why there is no connection: with `waiting`, `stopped`, and `connecting` after a failure. */
  readonly error?: TidingsError | undefined;
}

interface Reactions {
  opened(link: Link, greeting: ServerFrames['connected']): void;
  received(frame: ServerFrame): void;
  lost(): void;
  /** There will be no next link by itself. */
  stopped(): void;
}

/** Keeps a link up: makes it, loses it, and comes back as the close code says. */
export class Connection {
  readonly status = new Store<Status>({ state: 'off' });
  readonly #dialing: Omit<Dialing, 'token' | 'wanted'>;
  readonly #getToken: (fresh: boolean) => Promise<string | undefined>;
  readonly #ways: readonly Dial[];
  readonly #patience: Patience;
  readonly #reactions: Reactions;
  #wanted = new AbortController();
  #link: Link | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** The way that has worked: it is gone again. */
  #proven: Dial | undefined;
  #needsFreshToken = false;
  #error: TidingsError | undefined;

  /** @param ways the first is the better one */
  constructor(
    dialing: Omit<Dialing, 'token' | 'wanted'>,
    getToken: (fresh: boolean) => Promise<string | undefined>,
    ways: readonly Dial[],
    patience: Patience,
    reactions: Reactions,
  ) {
    this.#dialing = dialing;
    this.#getToken = getToken;
    this.#ways = ways;
    this.#patience = patience;
    this.#reactions = reactions;
  }

  connect(): void {
    if (this.#link !== undefined) return;
    clearTimeout(this.#timer);
    this.status.set({ state: 'connecting', error: this.#error });
    const way = this.#nextWay();
    // A link that was given up may still speak; nobody listens to it any more.
    const isOurs = () => this.#link === link;
    const link: Link = way(
      { ...this.#dialing, wanted: this.#wanted.signal, token: (isEnding) => this.#token(isEnding) },
      {
        opened: (greeting) => isOurs() && this.#opened(link, way, greeting),
        received: (frame) => isOurs() && this.#reactions.received(frame),
        ended: (ending) => isOurs() && this.#ended(ending),
      },
    );
    this.#link = link;
  }

  close(): void {
    this.#leave();
    this.#wanted.abort();
    this.#wanted = new AbortController();
    this.#failures = 0;
    this.#error = undefined;
    this.#reactions.stopped();
    this.status.set({ state: 'off' });
  }

  /** Nothing can come of connecting: the application has to be fixed first. */
  fail(error: TidingsError): void {
    this.#dialing.report(error);
    this.#reactions.stopped();
    this.status.set({ state: 'stopped', error });
  }

  /** There is reason to hope, or to doubt: the network came back, the person did. */
  wake(): void {
    const { state } = this.status.value;
    if (state === 'waiting') this.connect();
    else this.#link?.check();
  }

  /** Another network may let through what the last one did not. */
  networkChanged(): void {
    if (this.#proven !== this.#ways[0]) this.#proven = undefined;
    this.wake();
  }

  /** The network is gone: a silent connection would be noticed only after its heartbeat. */
  networkLost(): void {
    if (this.#link !== undefined) this.#ended({ code: LOST, reason: 'the network is offline' });
  }

  async #token(isEnding = false): Promise<string | undefined> {
    const fresh = isEnding || this.#needsFreshToken;
    const token = await this.#getToken(fresh);
    this.#needsFreshToken &&= !fresh;
    return token;
  }

  #nextWay(): Dial {
    const tooMany = this.#failures - this.#patience.fallbackAfter;
    // Beyond that number by turns: it may have been the server and not the network.
    const place = tooMany >= 0 ? (tooMany + 1) % this.#ways.length : 0;
    const way = this.#proven ?? this.#ways[place];
    if (way === undefined) throw new Error('There is no way to connect.');
    return way;
  }

  #opened(link: Link, way: Dial, greeting: ServerFrames['connected']): void {
    this.#proven = way;
    this.#failures = 0;
    this.#error = undefined;
    this.#reactions.opened(link, greeting);
    this.status.set({ state: 'open', via: link.via });
  }

  #ended(ending: Ending): void {
    this.#leave();
    if (ending.error !== undefined) this.#dialing.report(ending.error);
    const stopping = STOPPING[ending.code];
    if (stopping !== undefined) return this.#stop(ending, ...stopping);
    this.#needsFreshToken ||= ending.code === EXPIRED;
    const ceiling = Math.min(this.#patience.longestMs, this.#patience.firstMs * 2 ** this.#failures);
    // A token that ran out is no trouble, unless the next one has run out as well.
    const isHarmless = ending.code === EXPIRED && this.#failures === 0;
    const hasExpired = ending.code === EXPIRED && !isHarmless;
    this.#error = ending.error ?? (hasExpired ? tokenExpired() : connectionLost(ending.reason || String(ending.code)));
    const waitMs = ending.afterMs ?? (isHarmless ? 0 : Math.random() * ceiling);
    this.#failures++;
    this.#timer = setTimeout(() => this.connect(), waitMs);
    this.status.set({ state: 'waiting', retryAt: Date.now() + waitMs, error: this.#error });
  }

  #stop({ code, reason }: Ending, name: string, message: string): void {
    this.#needsFreshToken = code === UNAUTHENTICATED;
    this.#failures = 0;
    this.#reactions.stopped();
    this.status.set({ state: 'stopped', error: new TidingsError(name, `${message} (${reason})`, false) });
  }

  #leave(): void {
    clearTimeout(this.#timer);
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    link.close();
    this.#reactions.lost();
  }
}
