import { EXPIRED, LOST, TOKEN_EXPIRED, UNAUTHENTICATED } from './close-codes.js';
import { WORKSPACE_CHANNELS, type ServerFrames } from './contract.js';
import { channelForbidden, connectionFailed, streamOnly, TidingsError } from './errors.js';
import { readEvents } from './event-stream.js';
import type { ClientFrame, Dialing, Ending, Link, LinkEvents, ServerFrame } from './link.js';
import type { Place } from './position.js';
import { beforeEndOf, lifeOf } from './token.js';

/** Channels are asked for one by one, and each set of them takes a stream of its own: this waits until all are named. */
const GATHER_MS = 20;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Wish {
  /** Of the frame that is still to be answered. */
  id: number | undefined;
  place: Place | undefined;
}

/**
 * Frames over server-sent events, for networks that let no WebSocket through. Nothing can be sent: to follow another
 * channel, and to show a new token, the stream is opened anew, and goes on where it was.
 */
export class StreamLink implements Link {
  readonly via = 'stream';
  readonly #dialing: Dialing;
  readonly #events: LinkEvents;
  readonly #wishes = new Map<string, Wish>();
  #stream = new AbortController();
  #isOver = false;
  #isOpen = false;
  #heartbeatMs = 0;
  #ending: Ending | undefined;
  /** Of the open stream. */
  #token = '';
  #tokenEndsAt = Infinity;
  /** Known already, for the next stream. */
  #newToken: string | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #reopening: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(dialing: Dialing, events: LinkEvents) {
    this.#dialing = dialing;
    this.#events = events;
    void this.#follow();
  }

  send({ type, id, payload }: ClientFrame): void {
    const { channel = '', workspaceId = '', position, positions } = payload as Asked;
    if (type === 'subscribe') this.#want(channel, id, position);
    else if (type === 'unsubscribe') {
      this.#wishes.delete(channel);
      this.#answer('unsubscribed', { channel }, id);
    } else if (type === 'workspace:join') {
      const channels = WORKSPACE_CHANNELS.map((noun) => `${noun}:${workspaceId}`);
      for (const name of channels) if (!this.#wishes.has(name)) this.#want(name, undefined, positions?.[name]);
      this.#answer('workspace:joined', { workspaceId, channels }, id);
    } else this.#fail(streamOnly(), id);
  }

  /** A new stream shows whether there is one. */
  check(): void {
    if (this.#isOpen) this.#reopenIn(0);
  }

  close(): void {
    this.#isOver = true;
    for (const timer of [this.#deadline, this.#reopening, this.#renewal]) clearTimeout(timer);
    this.#stream.abort();
  }

  #want(channel: string, id: number | undefined, place: Place | undefined): void {
    this.#wishes.set(channel, { id, place });
    this.#reopenIn(GATHER_MS);
  }

  #reopenIn(ms: number): void {
    clearTimeout(this.#reopening);
    this.#reopening = setTimeout(() => void this.#follow(), ms);
  }

  async #follow(): Promise<void> {
    this.#stream.abort();
    const stream = (this.#stream = new AbortController());
    const isOurs = () => this.#stream === stream && !this.#isOver;
    let failure: TidingsError | undefined;
    try {
      const token = this.#newToken ?? (await this.#dialing.token());
      if (!isOurs()) return;
      this.#newToken = undefined;
      if (token === undefined) return this.#end({ code: UNAUTHENTICATED, reason: 'nobody is signed in' });
      this.#token = token;
      this.#expectSomething();
      const response = await this.#request(token, stream.signal);
      if (!response.ok || response.body === null) return this.#refused(response, await response.text());
      for await (const text of readEvents(response.body, () => this.#expectSomething())) {
        if (!isOurs()) return;
        this.#received(JSON.parse(text));
      }
    } catch (cause) {
      failure = cause instanceof TidingsError ? cause : connectionFailed(cause);
    }
    if (!isOurs()) return;
    // What `fetch` throws is how an ordinary loss of the network shows; what `getToken` throws is a fault.
    const error = failure?.code === 'connection.failed' ? undefined : failure;
    this.#end(this.#ending ?? { code: LOST, reason: failure?.message ?? 'the stream ended', error });
  }

  #request(token: string, signal: AbortSignal): Promise<Response> {
    const { url, fetch } = this.#dialing;
    const channels = [...this.#wishes.keys()].join();
    const known = [...this.#wishes.values()].flatMap(({ place }) => (place ? `${place.epoch}.${place.offset}` : []));
    return fetch(`${url}/v1/stream?channels=${encodeURIComponent(channels)}`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(known.length > 0 ? { 'last-event-id': known.join() } : {}),
      },
      signal,
    });
  }

  #received(frame: ServerFrame): void {
    const { channel = '', ...payload } = (frame.payload ?? {}) as Partial<ServerFrames['subscribed']>;
    const wish = this.#wishes.get(frame.channel ?? channel);
    switch (frame.type) {
      case 'connected':
        return this.#greeted(frame);
      case 'subscribed': {
        if (wish === undefined) break;
        const { id } = wish;
        wish.id = undefined;
        wish.place = { epoch: payload.epoch ?? '', offset: payload.offset ?? 0 };
        return this.#events.received(id === undefined ? frame : { ...frame, id });
      }
      case 'subscription:revoked':
        this.#wishes.delete(channel);
        if (wish?.id !== undefined) return this.#fail(channelForbidden(), wish.id);
        break;
      case 'server:draining':
        this.#ending = {
          code: LOST,
          reason: 'restart',
          afterMs: (frame.payload as ServerFrames['server:draining']).reconnectInMs,
        };
        break;
      case 'error':
        this.#ending ??= endingFor((frame.payload as ServerFrames['error']).code);
    }
    const moved = frame.offset ?? (frame.type === 'position' ? payload.offset : undefined);
    if (wish?.place !== undefined && moved !== undefined) wish.place.offset = moved;
    return this.#events.received(frame);
  }

  #greeted({ payload, ts }: ServerFrame): void {
    const greeting = payload as ServerFrames['connected'];
    this.#heartbeatMs = greeting.heartbeatMs;
    const lifeMs = lifeOf(this.#token, ts) ?? Infinity;
    this.#tokenEndsAt = Date.now() + lifeMs;
    this.#renewIn(beforeEndOf(lifeMs));
    // A new stream has a session of its own.
    if (this.#isOpen) return this.#events.received({ type: 'connected', payload, ts });
    this.#isOpen = true;
    this.#events.opened(greeting);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    if (ms <= LONGEST_TIMER_MS) this.#renewal = setTimeout(() => void this.#renew(), Math.max(1_000, ms));
  }

  /** The stream is opened anew only with a new token: with the same one it would end at the same time. */
  async #renew(): Promise<void> {
    const token = await this.#dialing.token(true).catch((error: TidingsError) => this.#dialing.report(error));
    if (this.#isOver) return;
    if (token === undefined || token === this.#token) return this.#renewIn(beforeEndOf(this.#tokenEndsAt - Date.now()));
    this.#newToken = token;
    this.#reopenIn(0);
  }

  #refused({ status, headers }: Response, text: string): void {
    const code = codeIn(text);
    if (code === channelForbidden().code) {
      // Not one of them may be read.
      for (const [channel, { id }] of this.#wishes) {
        this.#wishes.delete(channel);
        if (id === undefined) this.#answer('subscription:revoked', { channel, reason: 'permission' });
        else this.#fail(channelForbidden(), id);
      }
      return this.#reopenIn(0);
    }
    const afterMs = Number(headers.get('retry-after') ?? NaN) * 1000;
    const ending = status === 401 || status === 403 ? endingFor(code) : undefined;
    this.#end({ code: LOST, reason: `HTTP ${status}`, ...(afterMs >= 0 ? { afterMs } : {}), ...ending });
  }

  #answer(type: string, payload: unknown, id?: number): void {
    const frame = { type, payload, ts: Date.now(), ...(id === undefined ? {} : { id }) };
    // Nobody expects an answer before having finished asking.
    queueMicrotask(() => !this.#isOver && this.#events.received(frame));
  }

  #fail({ code, message, temporary }: TidingsError, id: number | undefined): void {
    this.#answer('error', { code, message, temporary }, id);
  }

  /** A comment now and then says that there is somebody. */
  #expectSomething(): void {
    clearTimeout(this.#deadline);
    const silence = () => this.#end({ code: LOST, reason: 'the server fell silent' });
    if (!this.#isOver) this.#deadline = setTimeout(silence, this.#heartbeatMs + this.#dialing.answerMs);
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.close();
    this.#events.ended(ending);
  }
}

interface Asked {
  readonly channel?: string;
  readonly workspaceId?: string;
  readonly position?: Place;
  readonly positions?: Readonly<Record<string, Place>>;
}

/** A stream ends without a close code: the error before the end says as much. */
function endingFor(code: string): Ending | undefined {
  if (code === TOKEN_EXPIRED) return { code: EXPIRED, reason: code };
  if (code === 'auth.user-disabled') return { code: 4003, reason: code };
  return code.startsWith('auth.') && code !== 'auth.issuer-unavailable'
    ? { code: UNAUTHENTICATED, reason: code }
    : undefined;
}

function codeIn(problem: string): string {
  try {
    return String(JSON.parse(problem).code);
  } catch {
    return '';
  }
}
