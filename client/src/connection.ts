import { LOST } from './close-codes.js';
import { EXPIRED, STOPPING, UNAUTHENTICATED } from './contract.js';
import type { ServerFrames } from './contract.js';
import { connectionLost, TidingsError, tokenExpired } from './errors.js';
import type { Transport, TransportContext, Ending, Link, ServerFrame } from './link.js';
import { Store } from './store.js';

/** How long to wait before reconnecting, and when to try another transport. */
export interface ReconnectOptions {
  /** Doubles with each failure. The delay is a random part of it, so that clients don't reconnect all at once. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Tries an event stream after this many failures, if no WebSocket has ever opened. */
  readonly fallbackAfter: number;
}

export interface Status {
  /**
   * `off`: not requested; `waiting`: the client reconnects at `retryAt`; `stopped`: call `connect` after a new sign-in
   * or a fix, `error` says why.
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
  /** The client will not reconnect by itself. */
  stopped(): void;
}

/** Keeps a link open, and reconnects as the close code requires. */
export class Connection {
  readonly status = new Store<Status>({ state: 'off' });
  readonly #context: Omit<TransportContext, 'token' | 'wanted'>;
  readonly #getToken: (fresh: boolean) => Promise<string | undefined>;
  readonly #transports: readonly Transport[];
  readonly #reconnect: ReconnectOptions;
  readonly #reactions: Reactions;
  #wanted = new AbortController();
  #link: Link | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** The transport that has worked; it is used for every reconnect. */
  #proven: Transport | undefined;
  #needsFreshToken = false;
  #error: TidingsError | undefined;

  /** @param transports in order of preference */
  constructor(
    context: Omit<TransportContext, 'token' | 'wanted'>,
    getToken: (fresh: boolean) => Promise<string | undefined>,
    transports: readonly Transport[],
    reconnect: ReconnectOptions,
    reactions: Reactions,
  ) {
    this.#context = context;
    this.#getToken = getToken;
    this.#transports = transports;
    this.#reconnect = reconnect;
    this.#reactions = reactions;
  }

  connect(): void {
    if (this.#link !== undefined) return;
    clearTimeout(this.#timer);
    this.status.set({ state: 'connecting', error: this.#error });
    const transport = this.#nextTransport();
    // Ignores late events of a link that was replaced.
    const isOurs = () => this.#link === link;
    const link: Link = transport(
      { ...this.#context, wanted: this.#wanted.signal, token: (isEnding) => this.#token(isEnding) },
      {
        opened: (greeting) => isOurs() && this.#opened(link, transport, greeting),
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

  /** Stops because of an error in the application's options. */
  fail(error: TidingsError): void {
    this.#context.report(error);
    this.#reactions.stopped();
    this.status.set({ state: 'stopped', error });
  }

  /** Reconnects now, or checks the link: the network or the page has become available again. */
  wake(): void {
    const { state } = this.status.value;
    if (state === 'waiting') this.connect();
    else this.#link?.check();
  }

  /** Another network may allow the preferred transport. */
  networkChanged(): void {
    if (this.#proven !== this.#transports[0]) this.#proven = undefined;
    this.wake();
  }

  /** Closes the link now, because the heartbeat would notice the loss of the network only later. */
  networkLost(): void {
    if (this.#link !== undefined) this.#ended({ code: LOST, reason: 'the network is offline' });
  }

  async #token(isEnding = false): Promise<string | undefined> {
    const fresh = isEnding || this.#needsFreshToken;
    const token = await this.#getToken(fresh);
    this.#needsFreshToken &&= !fresh;
    return token;
  }

  #nextTransport(): Transport {
    const tooMany = this.#failures - this.#reconnect.fallbackAfter;
    // Alternates from then on, since the server may be at fault and not the network.
    const index = tooMany >= 0 ? (tooMany + 1) % this.#transports.length : 0;
    const transport = this.#proven ?? this.#transports[index];
    if (transport === undefined) throw new Error('There is no transport to connect with.');
    return transport;
  }

  #opened(link: Link, transport: Transport, greeting: ServerFrames['connected']): void {
    this.#proven = transport;
    this.#failures = 0;
    this.#error = undefined;
    this.#reactions.opened(link, greeting);
    this.status.set({ state: 'open', via: link.via });
  }

  #ended(ending: Ending): void {
    this.#leave();
    if (ending.error !== undefined) this.#context.report(ending.error);
    const stopping = STOPPING[ending.code];
    if (stopping !== undefined) return this.#stop(ending, ...stopping);
    this.#needsFreshToken ||= ending.code === EXPIRED;
    const ceiling = Math.min(this.#reconnect.maxDelayMs, this.#reconnect.minDelayMs * 2 ** this.#failures);
    // An expired token is harmless, unless its replacement has expired too.
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
