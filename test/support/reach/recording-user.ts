import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Api } from '../api.js';
import type { Dice } from '../dice.js';
import type { Frame } from '../socket.js';

/** The events of one subscription that a client received: all from `after + 1` to `last`. */
export interface RecordedSpan {
  readonly channel: string;
  readonly after: number;
  last: number;
  /** Undefined while it is open. */
  endedAt: number | undefined;
  /** False if the connection was lost: the server may have written more than the client received. */
  exact: boolean;
}

export interface RecordedSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly openedAt: number;
  closedAt: number | undefined;
  readonly spans: RecordedSpan[];
}

interface Position {
  readonly epoch: string;
  readonly offset: number;
}

const LONGEST_STAY_MS = 3_000;

/** A user who connects, subscribes, leaves and loses connections at random, and records every event that arrives. */
export class RecordingUser {
  readonly sessions: RecordedSession[] = [];
  readonly faults: string[] = [];
  private readonly positions = new Map<string, Position>();
  private readonly open = new Map<string, RecordedSpan>();
  private socket: WebSocket | undefined;
  private session: RecordedSession | undefined;
  private readonly answers = new Map<string, (frame: Frame) => void>();
  private asked = 0;

  constructor(
    readonly api: Api,
    private readonly urls: readonly [string, ...string[]],
    private readonly channels: readonly [string, ...string[]],
    private readonly dice: Dice,
  ) {}

  async live(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (await this.connect()) await this.stay(isOver);
      await delay(this.dice.below(LONGEST_STAY_MS / 4));
    }
    await this.leave();
  }

  private async stay(isOver: () => boolean): Promise<void> {
    const count = 1 + this.dice.below(3);
    for (let i = 0; i < count; i++) await this.subscribe(this.dice.pick(this.channels));
    for (let steps = 1 + this.dice.below(4); steps > 0 && this.socket !== undefined && !isOver(); steps--) {
      await delay(this.dice.below(LONGEST_STAY_MS / 2));
      const channel = this.dice.pick(this.channels);
      if (this.open.has(channel)) await this.ask('unsubscribe', { channel });
      else await this.subscribe(channel);
    }
    if (this.dice.chance(0.3)) await this.leave();
    else this.socket?.terminate();
    await this.closed();
  }

  /** Ends every subscription first, so that the record of the client is exact. */
  private async leave(): Promise<void> {
    for (const channel of this.open.keys()) await this.ask('unsubscribe', { channel });
    this.socket?.close();
    await this.closed();
  }

  private async closed(): Promise<void> {
    while (this.socket !== undefined) await delay(5);
  }

  private async connect(): Promise<boolean> {
    const url = this.dice.pick(this.urls).replace(/^http/, 'ws');
    const socket = new WebSocket(`${url}/ws`, ['tidings.v1', `bearer.${this.api.token}`]);
    this.socket = socket;
    return new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => this.onClose(resolve));
      socket.on('message', (data) => this.onFrame(JSON.parse(data.toString()), resolve));
    });
  }

  private onClose(resolve: (isOpen: boolean) => void): void {
    const now = Date.now();
    for (const channel of this.open.keys()) this.end(channel, false);
    if (this.session !== undefined) this.session.closedAt = now;
    this.session = undefined;
    this.socket = undefined;
    for (const answer of this.answers.values()) answer({ type: 'closed', ts: now, payload: {} });
    this.answers.clear();
    resolve(false);
  }

  private onFrame(frame: Frame, connected: (isOpen: boolean) => void): void {
    if (frame.channel !== undefined && frame.offset !== undefined) return this.onEvent(frame.channel, frame.offset);
    const { type, payload } = frame;
    if (type === 'connected') {
      const sessionId = String(payload['sessionId']);
      this.session = { userId: this.api.userId, sessionId, openedAt: Date.now(), closedAt: undefined, spans: [] };
      this.sessions.push(this.session);
      connected(true);
    } else if (type === 'subscribed') this.begin(payload as unknown as Position & { channel: string });
    else if (type === 'unsubscribed' || type === 'subscription:revoked') this.end(String(payload['channel']), true);
    if (frame.id !== undefined) this.answers.get(frame.id)?.(frame);
  }

  private onEvent(channel: string, offset: number): void {
    const span = this.open.get(channel);
    if (span === undefined) return;
    if (offset !== span.last + 1) this.faults.push(`${channel}: ${offset} follows ${span.last}`);
    span.last = offset;
    this.positions.set(channel, { epoch: this.positions.get(channel)?.epoch ?? '', offset });
  }

  private begin({ channel, epoch, offset }: Position & { channel: string }): void {
    this.end(channel, true);
    const span = { channel, after: offset, last: offset, endedAt: undefined, exact: false };
    this.open.set(channel, span);
    this.positions.set(channel, { epoch, offset });
    this.session?.spans.push(span);
  }

  private end(channel: string, exact: boolean): void {
    const span = this.open.get(channel);
    if (span !== undefined) Object.assign(span, { endedAt: Date.now(), exact });
    this.open.delete(channel);
  }

  private async subscribe(channel: string): Promise<void> {
    if (this.open.has(channel)) return;
    const position = this.dice.chance(0.7) ? this.positions.get(channel) : undefined;
    await this.ask('subscribe', { channel, position });
  }

  private async ask(type: string, payload: object): Promise<void> {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    const id = `ask-${++this.asked}`;
    await new Promise<void>((resolve) => {
      this.answers.set(id, () => {
        this.answers.delete(id);
        resolve();
      });
      socket.send(JSON.stringify({ type, payload, id }));
    });
  }
}
