import { connectionFailed, TidingsError } from './errors.js';
import { EXPIRED, LOST, TOKEN_EXPIRED, UNAUTHENTICATED } from './close-codes.js';
import type { ServerFrames } from './contract.js';
import type { ClientFrame, Dialing, Ending, Link, LinkEvents, ServerFrame } from './link.js';
import { beforeEndOf, lifeOf } from './token.js';
import type { WebSocketLike } from './web-socket-like.js';

const SHORTEST_RENEWAL_MS = 1_000;
/** Beyond it a timer fires at once. The server ends a connection that lasts longer, and the way back has a new token. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Of the frame that shows a new token; what the application asks for has ids from 1 on. */
const RENEWAL_ID = 0;

/** Frames over a WebSocket: it renews its token in band, and notices a server that fell silent. */
export class WebSocketLink implements Link {
  readonly via = 'websocket';
  readonly #dialing: Dialing;
  readonly #events: LinkEvents;
  #socket: WebSocketLike | undefined;
  #over = false;
  #advisedMs: number | undefined;
  #hasExpired = false;
  #token = '';
  #tokenEndsAt = Infinity;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #rounds: ReturnType<typeof setInterval> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(dialing: Dialing, events: LinkEvents) {
    this.#dialing = dialing;
    this.#events = events;
    dialing.token().then(
      (token) => this.#open(token),
      (error: TidingsError) => this.#end({ code: LOST, reason: error.message, error }),
    );
  }

  send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  /** Browsers answer the server's pings by themselves but never tell of one that stopped: only our own ping shows it. */
  check(): void {
    if (this.#rounds === undefined) return;
    this.send({ type: 'ping', payload: {} });
    this.#expectFrame();
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#rounds);
    clearTimeout(this.#renewal);
    this.#socket?.close();
  }

  #open(token: string | undefined): void {
    if (this.#over) return;
    if (token === undefined) return this.#end({ code: UNAUTHENTICATED, reason: 'nobody is signed in' });
    const { url, WebSocket } = this.#dialing;
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
    // It says nothing that the close doesn't say, but `ws` throws what nobody listens to.
    socket.addEventListener('error', () => undefined);
    this.#expectFrame();
  }

  #read(text: string): void {
    if (this.#over) return;
    this.#heard();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.#end({ code: LOST, reason: 'what came was no frame' });
    }
    this.#received(frame);
  }

  #received(frame: ServerFrame): void {
    if (frame.type === 'connected') return this.#greeted(frame);
    if (frame.type === 'auth:refreshed') this.#renewed(frame.payload as ServerFrames['auth:refreshed']);
    if (frame.type === 'server:draining') {
      this.#advisedMs = (frame.payload as ServerFrames['server:draining']).reconnectInMs;
    }
    // With a token that had run out before, the server closes with 4001 as for any other that is not valid.
    if (frame.type === 'error' && frame.id === RENEWAL_ID) {
      return this.#dialing.report(TidingsError.of(frame.payload));
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
    this.#renewIn(beforeEndOf(ms));
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    // Not a number: half of a life without an end.
    if (!(ms <= LONGEST_TIMER_MS)) return;
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(ms, SHORTEST_RENEWAL_MS));
  }

  /** Where this fails the server ends the connection with 4401, and the way back begins with a new token. */
  async #renew(): Promise<void> {
    const token = await this.#dialing.token(true).catch((error: TidingsError) => this.#dialing.report(error));
    if (this.#over) return;
    // The application may be about to have a new one: asked for again and again, each time after half of what is left.
    if (token === undefined || token === this.#token) return this.#renewIn(beforeEndOf(this.#tokenEndsAt - Date.now()));
    this.#token = token;
    this.#renewIn(this.#dialing.answerMs);
    this.send({ type: 'auth:refresh', payload: { token }, id: RENEWAL_ID });
  }

  #expectFrame(): void {
    const silence = () => this.#end({ code: LOST, reason: 'nothing was heard' });
    this.#deadline ??= setTimeout(silence, this.#dialing.answerMs);
  }

  #heard(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #end(ending: Ending): void {
    if (this.#over) return;
    this.close();
    const code = this.#hasExpired && ending.code === UNAUTHENTICATED ? EXPIRED : ending.code;
    this.#events.ended({ ...ending, code, afterMs: this.#advisedMs });
  }
}
