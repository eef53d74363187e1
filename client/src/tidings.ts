import { Channels } from './channels.js';
import { Connection, type ReconnectOptions, type Status } from './connection.js';
import type { Answers, ClientFrames, Relays, ServerFrames } from './contract.js';
import { connectionClosed, type TidingsError } from './errors.js';
import { Following, type Follower } from './following.js';
import type { Transport, Link, ServerFrame } from './link.js';
import type { CustomPayload, CustomType, TracedEvent } from './logged-event.js';
import type { Place, Position } from './position.js';
import { askForToken, baseOf, faultIn } from './options.js';
import { Reports } from './reports.js';
import { Requests } from './requests.js';
import { streamTransport } from './stream-transport.js';
import { watchForWaking } from './waking.js';
import { WebSocketLink } from './web-socket-link.js';
import type { WebSocketConstructor } from './web-socket-like.js';
import { Workspaces } from './workspaces.js';

export type { ChannelEvents, ClientFrames, Events, Relays, ServerFrames } from './contract.js';
export type { Status } from './connection.js';
export { TidingsError } from './errors.js';
export type { EventOf, Follower, TidingsEvent } from './following.js';
export type { CustomPayload, CustomType, LoggedEvent, TracedEvent, TypedEvent } from './logged-event.js';
export type { Position } from './position.js';

export interface TidingsOptions {
  /** The absolute URL of the server, e.g. `https://tidings.example.com`; by default the origin of the page. */
  readonly url?: string;
  /**
   * Returns an access token or an API key; undefined or null if no user is signed in. Errors, and promises that don't
   * settle within `requestTimeoutMs`, go to `onError`, and the client retries.
   * @param fresh whether the last token was refused or is about to expire: return a new one if possible
   */
  getToken(fresh: boolean): string | null | undefined | Promise<string | null | undefined>;
  /** Called with errors of callbacks, of `getToken` and of these options; by default `console.error`. */
  onError?(error: TidingsError): unknown;
  /**
   * Called in place of `onEvent` for an event whose trace the server records: call `handle`, which calls `onEvent`, in
   * a span of your own tracer with `event.trace` as its parent, and return its result.
   */
  trace?(event: TracedEvent, handle: () => unknown): unknown;
  /** Needed in Node before 22: the WebSocket of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  readonly fetch?: typeof fetch;
  /** Replaces the WebSocket and the event stream; see `@tidings/client/tabs`. */
  readonly transport?: Transport | undefined;
  /** How long the server may take to answer, in milliseconds; by default 10 s. */
  readonly requestTimeoutMs?: number;
  /** How many frames are queued while there is no connection; by default 100. */
  readonly maxQueued?: number;
  readonly reconnect?: Partial<ReconnectOptions>;
}

export interface Subscription {
  readonly channel: string;
  /** Everything up to it has been seen; undefined before the subscription has begun. */
  readonly position: Position | undefined;
  end(): void;
}

export interface Membership {
  /** The channels of the workspace that this user may read. */
  readonly channels: Promise<readonly string[]>;
  end(): void;
}

export interface PublishOptions {
  /** Your own key of the event: for 24 hours a repeat is answered with the place of the first event. */
  readonly id?: string;
  /** For a channel `user:<id>`: the workspace that the user is a member of. */
  readonly workspaceId?: string;
}

/** The place of a published event in the log. */
export interface Published {
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
}

type Sendable = ClientFrames & Relays;

/** A relay includes the id of its sender. */
type Pushed = ServerFrames & { readonly [Type in keyof Relays]: Relays[Type] & { readonly userId: string } };

type PushHandler<Type extends keyof Pushed> = (payload: Pushed[Type]) => unknown;

/** The payload that answers a frame. */
type AnswerTo<Type extends keyof Sendable> = ServerFrames[Type extends keyof Answers ? Answers[Type] : 'relayed'];

/**
 * Receives the live updates of a Tidings server, and reconnects by itself without a gap.
 * @typeParam MyEvents the payloads of the application's own events by their types
 */
export class TidingsClient<MyEvents extends object = never> {
  readonly url: string;
  /** @internal */
  readonly channels: Channels;
  /** @internal */
  readonly workspaces: Workspaces;
  /** @internal */
  readonly reports: Reports;
  readonly #fault: TidingsError | undefined;
  readonly #options: TidingsOptions;
  readonly #requestTimeoutMs: number;
  readonly #fetch: typeof fetch;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #handlers = new Map<string, Set<(payload: never) => void>>();
  #onPush: ((frame: ServerFrame) => void) | undefined;
  #greeting: ServerFrames['connected'] | undefined;
  #via: Link['via'] | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: TidingsOptions) {
    const { location } = globalThis as { location?: { origin: string } };
    const { url = location?.origin ?? '', requestTimeoutMs = 10_000, maxQueued = 100, reconnect, transport } = options;
    this.#options = options;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#fault = faultIn(url, options);
    this.reports = new Reports(options.onError && ((error) => options.onError?.(error)));
    this.url = baseOf(url);
    this.#requests = new Requests(maxQueued, requestTimeoutMs);
    this.channels = new Channels(this.#requests);
    if (options.trace) this.channels.trace = (...call) => options.trace?.(...call);
    this.workspaces = new Workspaces(this.channels, this.#requests);
    const { WebSocket = globalThis.WebSocket, fetch = (...call) => globalThis.fetch(...call) } = options;
    this.#fetch = fetch;
    const transports: Transport[] = [streamTransport];
    if (WebSocket !== undefined) transports.unshift((...link) => new WebSocketLink(...link));
    this.#connection = new Connection(
      { url: this.url, requestTimeoutMs, WebSocket, fetch, report: (error) => this.reports.report(error) },
      (fresh) => this.#token(fresh),
      transport === undefined ? transports : [transport],
      { minDelayMs: 1_000, maxDelayMs: 30_000, fallbackAfter: 3, ...reconnect },
      {
        opened: (link, greeting) => this.#opened(link, greeting),
        received: (frame) => this.#received(frame),
        lost: () => this.#lost(),
        stopped: () => this.#requests.closed(),
      },
    );
  }

  get status(): Status {
    return this.#connection.status.value;
  }

  /** @internal */
  get greeting(): ServerFrames['connected'] | undefined {
    return this.#greeting;
  }

  /** The id of the signed-in user; undefined until the first connection. */
  get userId(): string | undefined {
    return this.#greeting?.userId;
  }

  /**
   * Send it as `X-Tidings-Session` with a REST call, and this client doesn't receive the events that the call causes.
   * Undefined without a connection, and over one shared with other tabs, which need those events.
   */
  get sessionId(): string | undefined {
    return this.status.state === 'open' && this.#via !== 'tab' ? this.#greeting?.sessionId : undefined;
  }

  /** Connects; after a stop, with new credentials. */
  connect(): void {
    if (this.#fault !== undefined) return this.#connection.fail(this.#fault);
    this.#unwatch ??= watchForWaking(this.#connection);
    this.#connection.connect();
  }

  /** Closes the connection. Subscriptions are kept and resume after the next `connect`. */
  close(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#connection.close();
  }

  /** @returns a function that ends the watch */
  onStatus(watcher: (status: Status) => unknown): () => void {
    return this.#connection.status.watch((status) => this.reports.call('onStatus', () => watcher(status)));
  }

  /**
   * Subscribes to a channel from the `position` of a REST list; without one `onReload` is called first.
   */
  subscribe<Channel extends string>(
    channel: Channel,
    follower: Follower<Channel, MyEvents> & { readonly position?: Place | undefined },
  ): Subscription {
    const following = new Following(this.channels, channel, follower as Follower, this.reports, follower.position);
    following.begin();
    return {
      channel,
      get position() {
        return following.position;
      },
      end: () => following.end(),
    };
  }

  /** Subscribes to all channels of a workspace that this user may read, now or later. */
  join(
    workspaceId: string,
    follower: Follower<string, MyEvents> & { readonly positions?: Record<string, Place> },
  ): Membership {
    const followings: Following[] = [];
    const { positions = {} } = follower;
    let member: Parameters<Workspaces['join']>[1] | undefined;
    const channels = new Promise<readonly string[]>((resolve, reject) => {
      member = {
        positions,
        listenerFor: (channel) => {
          const following = new Following(this.channels, channel, follower, this.reports, positions[channel]);
          followings.push(following);
          return following;
        },
        joined: resolve,
        refused: (error) => {
          reject(error);
          this.reports.call('onRefused', () => follower.onRefused?.(error, `workspace:${workspaceId}`));
        },
      };
      this.workspaces.join(workspaceId, member);
    });
    // Avoids an unhandled rejection, since `onRefused` reports the error too.
    channels.catch(() => undefined);
    const end = () => {
      for (const following of followings) following.end();
      if (member !== undefined) this.workspaces.leave(workspaceId, member);
    };
    return { channels, end };
  }

  /**
   * Calls the REST API as this user. This client doesn't receive the events that the call causes. A call that is
   * answered with 401 is repeated once with a fresh token.
   * @throws TidingsError `token.failed`, `callback.late`, `options.invalid`; and the errors of `fetch`
   */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    if (this.#fault !== undefined) throw this.#fault;
    const token = await this.#token(false);
    const answer = await this.#call(path, init, token);
    if (answer.status !== 401 || token === undefined || init.body instanceof ReadableStream) return answer;
    const other = await this.#token(true);
    return other === token ? answer : this.#call(path, init, other);
  }

  #call(path: string, init: RequestInit, token: string | undefined): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (this.sessionId !== undefined) headers.set('x-tidings-session', this.sessionId);
    return this.#fetch(this.url + path, { ...init, headers });
  }

  /** @internal */
  ask(type: string, payload: unknown): Promise<ServerFrame> {
    return this.#requests.ask(type, payload);
  }

  /** @internal */
  onPush(handler: (frame: ServerFrame) => void): void {
    this.#onPush = handler;
  }

  /** @internal */
  check(): void {
    this.#connection.wake();
  }

  /**
   * Sends a frame and waits for the answer. Without a connection the frame is queued, up to `maxQueued`.
   * @throws TidingsError
   */
  async send<Type extends keyof Sendable>(type: Type, payload: Sendable[Type]): Promise<AnswerTo<Type>> {
    if (this.status.state === 'stopped') throw connectionClosed();
    return (await this.#requests.ask(type, payload)).payload as AnswerTo<Type>;
  }

  /**
   * Publishes an event to a topic. This client gets no event of its own, except over a connection that it shares with
   * other tabs. Repeat it with the same `id` after a `connection.lost` or `answer.late`: it is written once.
   * @throws TidingsError `permission.denied`, `publish.*`, and the errors of `send`
   */
  async publish<Type extends CustomType<MyEvents>>(
    channel: string,
    type: Type,
    payload: CustomPayload<MyEvents, Type>,
    options: PublishOptions = {},
  ): Promise<Published> {
    if (this.status.state === 'stopped') throw connectionClosed();
    const echo = this.#options.transport !== undefined;
    return (await this.ask('publish', { channel, type, payload, echo, ...options })).payload as Published;
  }

  /** Handles frames besides events, e.g. `permissions:updated` or relays. @returns a function that ends it */
  on<Type extends keyof Pushed>(type: Type, handler: PushHandler<Type>): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    const own = (payload: never) => this.reports.call(`The handler of ${type}`, () => handler(payload));
    this.#handlers.set(type, handlers.add(own));
    return () => void handlers.delete(own);
  }

  #token(fresh: boolean): Promise<string | undefined> {
    return askForToken((isFresh) => this.#options.getToken(isFresh), fresh, this.#requestTimeoutMs);
  }

  #opened(link: Link, greeting: ServerFrames['connected']): void {
    this.#greeting = greeting;
    this.#via = link.via;
    this.#requests.opened(link, () => {
      this.workspaces.opened();
      this.channels.opened();
    });
    this.#push('connected', greeting);
  }

  #received(frame: ServerFrame): void {
    this.channels.received(frame);
    if (this.#requests.answered(frame) || frame.offset !== undefined) return;
    if (frame.type === 'connected') this.#greeting = frame.payload as ServerFrames['connected'];
    if (frame.type === 'permissions:updated') {
      this.workspaces.rightsChanged();
      this.channels.rightsChanged();
    }
    this.#onPush?.(frame);
    this.#push(frame.type, frame.payload);
  }

  #lost(): void {
    this.channels.closed();
    this.workspaces.closed();
    this.#requests.lost();
  }

  #push(type: string, payload: unknown): void {
    for (const handler of this.#handlers.get(type) ?? []) handler(payload as never);
  }
}
