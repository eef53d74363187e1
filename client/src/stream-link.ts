import { LOST, TOKEN_EXPIRED } from './close-codes.js';
import { EXPIRED, UNAUTHENTICATED } from './contract.js';
import { WORKSPACE_CHANNELS, type ServerFrames } from './contract.js';
import { channelForbidden, connectionFailed, streamOnly, TidingsError } from './errors.js';
import { readEvents } from './event-stream.js';
import type { ClientFrame, TransportContext, Ending, Link, LinkEvents, ServerFrame } from './link.js';
import type { Place } from './position.js';
import { renewalDelayOf, lifeOf } from './token.js';

/** Collects subscriptions that are requested one by one, because each set of channels needs a new stream. */
const GATHER_MS = 20;
const MAX_TIMER_MS = 2 ** 31 - 1;

interface StreamedChannel {
  /** The id of the request that is still to be answered. */
  id: number | undefined;
  place: Place | undefined;
}

/**
 * Frames over server-sent events, for networks that block WebSockets. It can't send: for another channel or a new token
 * it opens a new stream, which resumes at the last positions.
 */
export class StreamLink implements Link {
  readonly via = 'stream';
  readonly #context: TransportContext;
  readonly #events: LinkEvents;
  readonly #channels = new Map<string, StreamedChannel>();
  #stream = new AbortController();
  #isOver = false;
  #isOpen = false;
  #heartbeatMs = 0;
  #ending: Ending | undefined;
  /** The token of the open stream. */
  #token = '';
  #tokenEndsAt = Infinity;
  /** The token of the next stream, if it is known already. */
  #newToken: string | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #reopening: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(context: TransportContext, events: LinkEvents) {
    this.#context = context;
    this.#events = events;
    void this.#follow();
  }

  send({ type, id, payload }: ClientFrame): void {
    const { channel = '', workspaceId = '', position, positions } = payload as RequestPayload;
    if (type === 'subscribe') this.#add(channel, id, position);
    else if (type === 'unsubscribe') {
      this.#channels.delete(channel);
      this.#answer('unsubscribed', { channel }, id);
    } else if (type === 'workspace:join') {
      const channels = WORKSPACE_CHANNELS.map((noun) => `${noun}:${workspaceId}`);
      for (const name of channels) if (!this.#channels.has(name)) this.#add(name, undefined, positions?.[name]);
      this.#answer('workspace:joined', { workspaceId, channels }, id);
    } else this.#fail(streamOnly(), id);
  }

  /** Opens a new stream to test the connection. */
  check(): void {
    if (this.#isOpen) this.#reopenIn(0);
  }

  close(): void {
    this.#isOver = true;
    for (const timer of [this.#deadline, this.#reopening, this.#renewal]) clearTimeout(timer);
    this.#stream.abort();
  }

  #add(channel: string, id: number | undefined, place: Place | undefined): void {
    this.#channels.set(channel, { id, place });
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
      const token = this.#newToken ?? (await this.#context.token());
      if (!isOurs()) return;
      this.#newToken = undefined;
      if (token === undefined) return this.#end({ code: UNAUTHENTICATED, reason: 'no user is signed in' });
      this.#token = token;
      this.#expectData();
      const response = await this.#request(token, stream.signal);
      if (!response.ok || response.body === null) return this.#refused(response, await response.text());
      for await (const text of readEvents(response.body, () => this.#expectData())) {
        if (!isOurs()) return;
        this.#received(JSON.parse(text));
      }
    } catch (cause) {
      failure = cause instanceof TidingsError ? cause : connectionFailed(cause);
    }
    if (!isOurs()) return;
    // An error of `fetch` is an ordinary loss of the network; an error of `getToken` is a fault to report.
    const error = failure?.code === 'connection.failed' ? undefined : failure;
    this.#end(this.#ending ?? { code: LOST, reason: failure?.message ?? 'the stream ended', error });
  }

  #request(token: string, signal: AbortSignal): Promise<Response> {
    const { url, fetch } = this.#context;
    const channels = [...this.#channels.keys()].join();
    const known = [...this.#channels.values()].flatMap(({ place }) => (place ? `${place.epoch}.${place.offset}` : []));
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
    const entry = this.#channels.get(frame.channel ?? channel);
    switch (frame.type) {
      case 'connected':
        return this.#greeted(frame);
      case 'subscribed': {
        if (entry === undefined) break;
        const { id } = entry;
        entry.id = undefined;
        entry.place = { epoch: payload.epoch ?? '', offset: payload.offset ?? 0 };
        return this.#events.received(id === undefined ? frame : { ...frame, id });
      }
      case 'subscription:revoked':
        this.#channels.delete(channel);
        if (entry?.id !== undefined) return this.#fail(channelForbidden(), entry.id);
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
    if (entry?.place !== undefined && moved !== undefined) entry.place.offset = moved;
    return this.#events.received(frame);
  }

  #greeted({ payload, ts }: ServerFrame): void {
    const greeting = payload as ServerFrames['connected'];
    this.#heartbeatMs = greeting.heartbeatMs;
    const lifeMs = lifeOf(this.#token, ts) ?? Infinity;
    this.#tokenEndsAt = Date.now() + lifeMs;
    this.#renewIn(renewalDelayOf(lifeMs));
    // Every stream has its own session id.
    if (this.#isOpen) return this.#events.received({ type: 'connected', payload, ts });
    this.#isOpen = true;
    this.#events.opened(greeting);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    if (ms <= MAX_TIMER_MS) this.#renewal = setTimeout(() => void this.#renew(), Math.max(1_000, ms));
  }

  /** Reopens the stream only with a new token: with the same one it would end at the same time. */
  async #renew(): Promise<void> {
    const token = await this.#context.token(true).catch((error: TidingsError) => this.#context.report(error));
    if (this.#isOver) return;
    if (token === undefined || token === this.#token)
      return this.#renewIn(renewalDelayOf(this.#tokenEndsAt - Date.now()));
    this.#newToken = token;
    this.#reopenIn(0);
  }

  #refused({ status, headers }: Response, text: string): void {
    const code = codeIn(text);
    if (code === channelForbidden().code) {
      // None of the channels may be read.
      for (const [channel, { id }] of this.#channels) {
        this.#channels.delete(channel);
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
    // Asynchronous, because callers don't expect an answer before `send` returns.
    queueMicrotask(() => !this.#isOver && this.#events.received(frame));
  }

  #fail({ code, message, temporary }: TidingsError, id: number | undefined): void {
    this.#answer('error', { code, message, temporary }, id);
  }

  /** The server sends comments as heartbeats. */
  #expectData(): void {
    clearTimeout(this.#deadline);
    const silence = () => this.#end({ code: LOST, reason: 'the server stopped sending' });
    if (!this.#isOver) this.#deadline = setTimeout(silence, this.#heartbeatMs + this.#context.requestTimeoutMs);
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.close();
    this.#events.ended(ending);
  }
}

interface RequestPayload {
  readonly channel?: string;
  readonly workspaceId?: string;
  readonly position?: Place;
  readonly positions?: Readonly<Record<string, Place>>;
}

/** A stream has no close code; the error before its end takes its place. */
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
