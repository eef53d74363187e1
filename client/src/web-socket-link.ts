import { connectionFailed, TidingsError } from './errors.js';
import { LOST, TOKEN_EXPIRED } from './close-codes.js';
import { EXPIRED, UNAUTHENTICATED } from './contract.js';
import type { ServerFrames } from './contract.js';
import type { ClientFrame, TransportContext, Ending, Link, LinkEvents, ServerFrame } from './link.js';
import { renewalDelayOf, lifeOf } from './token.js';
import type { WebSocketLike } from './web-socket-like.js';

const MIN_RENEWAL_MS = 1_000;
/**
 * Longer timers fire at once. At the token's expiry the server closes the connection, and the reconnect has a new one.
 */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** The id of `auth:refresh` frames; the ids of the application's requests start at 1. */
const RENEWAL_ID = 0;

/** Frames over a WebSocket. Renews the token in band and detects a server that stops sending. */
export class WebSocketLink implements Link {
  readonly via = 'websocket';
  readonly #context: TransportContext;
  readonly #events: LinkEvents;
  #socket: WebSocketLike | undefined;
  #isOver = false;
  #advisedMs: number | undefined;
  #hasExpired = false;
  #token = '';
  #tokenEndsAt = Infinity;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #rounds: ReturnType<typeof setInterval> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(context: TransportContext, events: LinkEvents) {
    this.#context = context;
    this.#events = events;
    context.token().then(
      (token) => this.#open(token),
      (error: TidingsError) => this.#end({ code: LOST, reason: error.message, error }),
    );
  }

  send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  /** Browsers answer the server's pings without telling the page, so the client sends pings of its own. */
  check(): void {
    if (this.#rounds === undefined) return;
    this.send({ type: 'ping', payload: {} });
    this.#expectFrame();
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#rounds);
    clearTimeout(this.#renewal);
    this.#socket?.close();
  }

  #open(token: string | undefined): void {
    if (this.#isOver) return;
    if (token === undefined) return this.#end({ code: UNAUTHENTICATED, reason: 'no user is signed in' });
    const { url, WebSocket } = this.#context;
    if (WebSocket === undefined) return this.#end({ code: LOST, reason: 'there is no WebSocket here' });
    this.#token = token;
    try {
      this.#listen(new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, ['tidings.v1', `bearer.${token}`]));
    } catch (cause) {
      const error = connectionFailed(cause);
      this.#end({ code: LOST, reason: error.message, error });
    }
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#read(String(data)));
    socket.addEventListener('close', ({ code = LOST, reason = '' }) => this.#end({ code, reason }));
    // The close event says it all, but `ws` throws errors without a listener.
    socket.addEventListener('error', () => undefined);
    this.#expectFrame();
  }

  #read(text: string): void {
    if (this.#isOver) return;
    this.#heard();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.#end({ code: LOST, reason: 'the server sent an invalid frame' });
    }
    this.#received(frame);
  }

  #received(frame: ServerFrame): void {
    if (frame.type === 'connected') return this.#greeted(frame);
    if (frame.type === 'auth:refreshed') this.#renewed(frame.payload as ServerFrames['auth:refreshed']);
    if (frame.type === 'server:draining') {
      this.#advisedMs = (frame.payload as ServerFrames['server:draining']).reconnectInMs;
    }
    // The server closes with 4001 after a token that had already expired, as after any other invalid one.
    if (frame.type === 'error' && frame.id === RENEWAL_ID) {
      return this.#context.report(TidingsError.of(frame.payload));
    }
    if (frame.type === 'error') this.#hasExpired = (frame.payload as ServerFrames['error']).code === TOKEN_EXPIRED;
    this.#events.received(frame);
  }

  #greeted({ payload, ts }: ServerFrame): void {
    const greeting = payload as ServerFrames['connected'];
    this.#rounds = setInterval(() => this.check(), greeting.heartbeatMs);
    this.#livesFor(lifeOf(this.#token, ts) ?? Infinity);
    this.#events.opened(greeting);
  }

  #renewed({ expiresIn }: ServerFrames['auth:refreshed']): void {
    this.#livesFor(expiresIn * 1000);
  }

  #livesFor(ms: number): void {
    this.#tokenEndsAt = Date.now() + ms;
    this.#renewIn(renewalDelayOf(ms));
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    // NaN: half of an infinite life.
    if (!(ms <= MAX_TIMER_MS)) return;
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(ms, MIN_RENEWAL_MS));
  }

  /** If this fails the server closes the connection with 4401, and the client reconnects with a new token. */
  async #renew(): Promise<void> {
    const token = await this.#context.token(true).catch((error: TidingsError) => this.#context.report(error));
    if (this.#isOver) return;
    // The application may get a new token soon: asks again after half of the remaining time.
    if (token === undefined || token === this.#token)
      return this.#renewIn(renewalDelayOf(this.#tokenEndsAt - Date.now()));
    this.#token = token;
    this.#renewIn(this.#context.requestTimeoutMs);
    this.send({ type: 'auth:refresh', payload: { token }, id: RENEWAL_ID });
  }

  #expectFrame(): void {
    const silence = () => this.#end({ code: LOST, reason: 'the server did not answer' });
    this.#deadline ??= setTimeout(silence, this.#context.requestTimeoutMs);
  }

  #heard(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.close();
    const code = this.#hasExpired && ending.code === UNAUTHENTICATED ? EXPIRED : ending.code;
    this.#events.ended({ ...ending, code, afterMs: this.#advisedMs });
  }
}
