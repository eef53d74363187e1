import { base } from '../../api/base.js';
import { problemOf } from '../../api/problem.js';
import { session } from '../../session/session.js';
import { words } from '../../words/words.js';
import { FrameLog, parsed, type Entry, type Frame } from './frames.js';
import { Heartbeat } from './heartbeat.js';
import { Subscriptions } from './subscriptions.js';

export type PlaygroundState =
  | { readonly name: 'off' | 'connecting' | 'open' }
  | { readonly name: 'waiting'; readonly retryAt: number }
  | { readonly name: 'stopped'; readonly why: string };

const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** Close codes after which the same connection is not accepted again; see docs/protocol.md. */
const FINAL = new Set([1008, 1009, 4001, 4003, 4400]);
const HEARTBEAT = '{"type":"ping"}';

/** A WebSocket of the playground's own, which shows its frames and comes back after an interruption. */
export class PlaygroundConnection {
  #state: PlaygroundState = { name: 'off' };
  #socket: WebSocket | undefined;
  #opening: object | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #requestedDelay: number | undefined;
  readonly #log = new FrameLog();
  readonly #subscriptions = new Subscriptions();
  readonly #watchers = new Set<() => void>();
  readonly #heartbeat = new Heartbeat(
    () => this.#socket?.send(HEARTBEAT),
    () => this.#lost(words.playground.notes.silent),
  );

  get state(): PlaygroundState {
    return this.#state;
  }

  get entries(): readonly Entry[] {
    return this.#log.entries;
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  connect(): void {
    this.#end();
    const opening = (this.#opening = {});
    this.#become({ name: 'connecting' });
    session.token().then(
      (token) => this.#opening === opening && (token === undefined ? this.disconnect() : this.#open(token)),
      (error: unknown) => this.#opening === opening && this.#lost(problemOf(error).title),
    );
  }

  /** Also forgets the subscriptions: the next connection begins anew. */
  disconnect(): void {
    const wasOpen = this.#state.name === 'open';
    this.#end();
    this.#attempt = 0;
    this.#subscriptions.clear();
    this.#become({ name: 'off' });
    if (wasOpen) this.#show('note', words.playground.notes.disconnected);
  }

  /** Ends the rest of the wait, e.g. when the network is back. */
  wake(): void {
    if (this.#state.name === 'waiting') this.connect();
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#heartbeat.ask();
  }

  send(text: string): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text);
    this.#show('out', text);
  }

  clear(): void {
    this.#log.clear();
    this.#changed();
  }

  #open(token: string): void {
    this.#opening = undefined;
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/ws`, ['tidings.v1', `bearer.${token}`]);
    this.#socket = socket;
    // Ignores events of an abandoned socket.
    const isCurrent = (): boolean => this.#socket === socket;
    socket.addEventListener('message', ({ data }) => isCurrent() && this.#received(String(data)));
    socket.addEventListener('close', ({ code, reason }) => isCurrent() && this.#closed(code, reason));
    this.#heartbeat.expectAnswer();
  }

  #received(text: string): void {
    const frame = parsed(text);
    // The answer to the playground's own heartbeat is not shown.
    if (frame?.type === 'pong' && frame.id === undefined) return this.#heartbeat.answered();
    this.#show('in', text);
    if (frame === undefined) return;
    this.#subscriptions.received(frame);
    if (frame.type === 'connected') this.#connected(frame);
    if (frame.type === 'server:draining') this.#requestedDelay = Number(frame.payload?.['reconnectInMs']);
  }

  #connected({ payload }: Frame): void {
    this.#attempt = 0;
    this.#heartbeat.answered();
    this.#heartbeat.start(Number(payload?.['heartbeatMs']));
    this.#planRenewal();
    this.#become({ name: 'open' });
    for (const frame of this.#subscriptions.resuming()) this.send(JSON.stringify(frame));
  }

  /** Replaces the token of the socket in time; without that the server closes it with 4401. */
  #planRenewal(): void {
    const socket = this.#socket;
    this.#renewal = setTimeout(() => {
      void session.token().then(
        (token) => {
          if (token === undefined || this.#socket !== socket) return;
          this.send(JSON.stringify({ type: 'auth:refresh', payload: { token }, id: 'renewal' }));
          this.#planRenewal();
        },
        () => undefined,
      );
    }, session.renewInMs);
  }

  #closed(code: number, reason: string): void {
    const note = words.playground.notes.closed(code, reason);
    if (!FINAL.has(code)) return this.#lost(note);
    this.#end();
    this.#show('note', note);
    this.#become({ name: 'stopped', why: note });
  }

  #lost(note: string): void {
    const ceiling = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** this.#attempt);
    // Full jitter: clients that were disconnected together must not reconnect together.
    const delayMs = this.#requestedDelay ?? Math.random() * ceiling;
    this.#end();
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.connect(), delayMs);
    this.#show('note', note);
    this.#become({ name: 'waiting', retryAt: new Date().getTime() + delayMs });
  }

  #end(): void {
    const socket = this.#socket;
    this.#socket = this.#opening = this.#requestedDelay = undefined;
    socket?.close();
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#heartbeat.stop();
  }

  #show(direction: Entry['direction'], text: string): void {
    this.#log.add(direction, text);
    this.#changed();
  }

  #become(state: PlaygroundState): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
