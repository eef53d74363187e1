import { WebSocket } from 'ws';
import type { Dice } from '../dice.js';
import { Sequence } from './sequence.js';

const MIN_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** The code of a close without a close frame (RFC 6455, 7.1.5). */
const ABNORMAL_CLOSURE = 1006;

export interface FollowerOptions {
  /** Chooses the server for the next connection, like a load balancer. */
  readonly address: () => string;
  readonly token: string;
  readonly channel: string;
  readonly dice: Dice;
  /** The committed offset of the channel; unknown when undefined. */
  readonly head?: (channel: string) => number;
  /** The local address to connect from. */
  readonly from?: string;
}

interface EventFrame {
  readonly type: string;
  readonly channel?: string;
  readonly offset?: number;
  readonly payload: Record<string, unknown>;
}

/**
 * A client that obeys the protocol: it follows one channel, reconnects after every close, with a backoff or the delay
 * advised by the server, and resumes from its position. It checks the events without storing them.
 */
export class Follower {
  readonly sequence = new Sequence();
  /** Closes that this client did not cause. */
  readonly closes: { readonly server: string; readonly code: number }[] = [];
  /** Milliseconds from each connection attempt until the client had caught up with the channel. */
  readonly catchUps: number[] = [];
  /** When it last caught up, by `performance.now()`; 0 while it is behind. */
  currentSince = 0;
  /** The greatest delay of an event in milliseconds, by its `at`. */
  maxDelayMs = 0;
  refusals = 0;
  /** The server that it is connected or connecting to. */
  server = '';
  private epoch: unknown;
  private goal = Infinity;
  private startedAt = 0;
  private socket: WebSocket | undefined;
  private backoffMs = MIN_BACKOFF_MS;
  private advisedMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private cutByClient = false;
  private stopped = false;

  constructor(private readonly options: FollowerOptions) {}

  get channel(): string {
    return this.options.channel;
  }

  start(): void {
    const { token, from, address } = this.options;
    this.server = address();
    this.startedAt = performance.now();
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
    socket.once('close', (code) => this.onClose(code));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.terminate();
  }

  /** Simulates a lost network. */
  cut(): void {
    this.cutByClient = true;
    this.socket?.terminate();
  }

  /** Simulates a sleeping machine: reads nothing until the connection is cut. */
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
    this.backoffMs = MIN_BACKOFF_MS;
    const { channel } = this.options;
    const position = this.epoch === undefined ? undefined : { epoch: this.epoch, offset: this.sequence.last };
    this.socket?.send(JSON.stringify({ type: 'subscribe', id: 1, payload: { channel, position } }));
  }

  private subscribed({ epoch, offset, recovered }: Record<string, unknown>): void {
    if (recovered !== true) this.sequence.startOver(Number(offset));
    // A server that resumes from another position loses or repeats events.
    else if (offset !== this.sequence.last) this.sequence.gaps++;
    this.epoch = epoch;
    this.goal = this.options.head?.(this.options.channel) ?? 0;
    this.checkCaughtUp();
  }

  private take(offset: number, { number, at }: Record<string, unknown>): void {
    this.sequence.take(offset);
    // A different event at this offset than the writer's hides a loss.
    if (typeof number === 'number' && number !== offset) this.sequence.gaps++;
    if (typeof at === 'number') this.maxDelayMs = Math.max(this.maxDelayMs, Date.now() - at);
    if (this.currentSince === 0) this.checkCaughtUp();
  }

  private checkCaughtUp(): void {
    if (this.sequence.last < this.goal) return;
    this.currentSince = performance.now();
    this.catchUps.push(this.currentSince - this.startedAt);
    this.goal = Infinity;
  }

  private onClose(code: number): void {
    this.currentSince = 0;
    this.goal = Infinity;
    if (this.stopped) return;
    if (!this.cutByClient) this.closes.push({ server: this.server, code: code || ABNORMAL_CLOSURE });
    this.cutByClient = false;
    this.timer = setTimeout(() => this.start(), this.reconnectDelay());
  }

  private reconnectDelay(): number {
    const advised = this.advisedMs;
    this.advisedMs = undefined;
    if (advised !== undefined) return advised;
    const backoff = this.backoffMs;
    this.backoffMs = Math.min(MAX_BACKOFF_MS, backoff * 2);
    return this.options.dice.next() * backoff;
  }
}
