import { WebSocket } from 'ws';
import type { Dice } from '../dice.js';
import { Sequence } from './sequence.js';

const FIRST_BOUND_MS = 1_000;
const LAST_BOUND_MS = 30_000;
/** As a close without a frame is reported (RFC 6455, 7.1.5). */
const VANISHED = 1006;

export interface FollowerOptions {
  /** The server at which to knock next, as a proxy would choose. */
  readonly address: () => string;
  readonly token: string;
  readonly channel: string;
  readonly dice: Dice;
  /** The offset that the channel is known to have reached; nothing is known of a channel without. */
  readonly head?: (channel: string) => number;
  /** The address of ours that it comes from. */
  readonly from?: string;
}

interface EventFrame {
  readonly type: string;
  readonly channel?: string;
  readonly offset?: number;
  readonly payload: Record<string, unknown>;
}

/**
 * A client as the protocol wishes it: follows one channel, comes back by itself after every end, with a backoff or when it
 * was told to, and resumes from where it stands. It checks what it gets and keeps nothing of it.
 */
export class Follower {
  readonly sequence = new Sequence();
  /** Ends that this client did not cause, by server and close code. */
  readonly ends: { readonly server: string; readonly code: number }[] = [];
  /** How long each return took from the knocking until all was there that the channel had then, in milliseconds. */
  readonly returns: number[] = [];
  /** When it last began to be current, by `performance.now()`; 0 while it is not. */
  currentSince = 0;
  /** The greatest age that an event had when it came, in milliseconds, by the `at` in it. */
  latest = 0;
  refusals = 0;
  /** Where it is, or is trying to be. */
  server = '';
  private epoch: unknown;
  private goal = Infinity;
  private begin = 0;
  private socket: WebSocket | undefined;
  private bound = FIRST_BOUND_MS;
  private advisedMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private own = false;
  private stopped = false;

  constructor(private readonly options: FollowerOptions) {}

  get channel(): string {
    return this.options.channel;
  }

  start(): void {
    const { token, from, address } = this.options;
    this.server = address();
    this.begin = performance.now();
    const socket = new WebSocket(`${this.server.replace('http', 'ws')}/ws`, ['tidings.v1', `bearer.${token}`], {
      perMessageDeflate: false,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.once('unexpected-response', () => {
      this.refusals++;
      socket.terminate();
    });
    socket.on('message', (data) => this.receive(JSON.parse(data.toString())));
    socket.once('close', (code) => this.ended(code));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.terminate();
  }

  /** As if the network had gone. */
  cut(): void {
    this.own = true;
    this.socket?.terminate();
  }

  /** As if the machine slept: nothing is read until the connection is cut. */
  suspend(): void {
    this.socket?.pause();
  }

  private receive({ type, channel, offset, payload }: EventFrame): void {
    if (offset !== undefined && channel === this.options.channel) return this.take(offset, payload);
    if (type === 'connected') return this.subscribe();
    if (type === 'server:draining') this.advisedMs = Number(payload['reconnectInMs']);
    if (type === 'subscribed' && payload['channel'] === this.options.channel) this.subscribed(payload);
  }

  private subscribe(): void {
    this.bound = FIRST_BOUND_MS;
    const { channel } = this.options;
    const position = this.epoch === undefined ? undefined : { epoch: this.epoch, offset: this.sequence.last };
    this.socket?.send(JSON.stringify({ type: 'subscribe', id: 1, payload: { channel, position } }));
  }

  private subscribed({ epoch, offset, recovered }: Record<string, unknown>): void {
    if (recovered !== true) this.sequence.startOver(Number(offset));
    // Whoever goes on from another place than ours has lost something, or will say it twice.
    else if (offset !== this.sequence.last) this.sequence.gaps++;
    this.epoch = epoch;
    this.goal = this.options.head?.(this.options.channel) ?? 0;
    this.lookWhetherCurrent();
  }

  private take(offset: number, { number, at }: Record<string, unknown>): void {
    this.sequence.take(offset);
    // An offset that names another event than it did to the writer hides a loss.
    if (typeof number === 'number' && number !== offset) this.sequence.gaps++;
    if (typeof at === 'number') this.latest = Math.max(this.latest, Date.now() - at);
    if (this.currentSince === 0) this.lookWhetherCurrent();
  }

  private lookWhetherCurrent(): void {
    if (this.sequence.last < this.goal) return;
    this.currentSince = performance.now();
    this.returns.push(this.currentSince - this.begin);
    this.goal = Infinity;
  }

  private ended(code: number): void {
    this.currentSince = 0;
    this.goal = Infinity;
    if (this.stopped) return;
    if (!this.own) this.ends.push({ server: this.server, code: code || VANISHED });
    this.own = false;
    this.timer = setTimeout(() => this.start(), this.patience());
  }

  private patience(): number {
    const advised = this.advisedMs;
    this.advisedMs = undefined;
    if (advised !== undefined) return advised;
    const bound = this.bound;
    this.bound = Math.min(LAST_BOUND_MS, bound * 2);
    return this.options.dice.next() * bound;
  }
}
