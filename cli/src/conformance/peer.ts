import type { WebSocket } from 'ws';
import type { ChannelLog, LoggedEvent, Place } from './channel-log.js';
import { eventually, SOON_MS, Violation } from './expect.js';

export interface ClientFrame {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly id?: number | string;
}

/** A part of a scenario that answers frames in its own way. @returns whether it has answered */
export type Answering = (frame: ClientFrame, peer: Peer) => boolean;

/** One connection of the client. */
export class Peer {
  readonly frames: ClientFrame[] = [];
  readonly openedAt = performance.now();
  closedAt: number | undefined;
  pongs = 0;
  private readonly subscribed = new Set<string>();

  constructor(
    private readonly socket: WebSocket,
    /** The token that it was opened with; undefined for none that the server can find. */
    readonly token: string | undefined,
    readonly protocols: readonly string[],
    private readonly logs: ReadonlyMap<string, ChannelLog>,
    private readonly answering: () => Answering,
  ) {
    socket.on('message', (data, isBinary) => this.received(String(data), isBinary));
    socket.on('close', () => (this.closedAt = performance.now()));
    socket.on('pong', () => this.pongs++);
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.closedAt === undefined;
  }

  send(type: string, payload: unknown, more: object = {}): void {
    this.socket.send(JSON.stringify({ type, payload, ts: Date.now(), ...more }));
  }

  /** To a subscriber of its channel. */
  push(events: readonly LoggedEvent[]): void {
    for (const event of events) if (this.subscribed.has(event.channel)) this.socket.send(JSON.stringify(event));
  }

  ping(): void {
    this.socket.ping();
  }

  /** Bytes that the client has not read yet. */
  get unread(): number {
    return this.socket.bufferedAmount;
  }

  revoke(channel: string): void {
    this.subscribed.delete(channel);
    this.send('subscription:revoked', { channel, reason: 'permission' });
  }

  /** An unasked `subscribed`: events were trimmed before they could be sent. */
  restart(channel: string): void {
    const { start } = this.log(channel).from(undefined);
    this.send('subscribed', start);
  }

  /** @param error of the frame in front of the close */
  close(code: number, error?: { readonly code: string; readonly message: string; readonly temporary: boolean }): void {
    if (error !== undefined) this.send('error', error);
    this.socket.close(code, 'conformance');
  }

  /** Ends the connection without a close frame, as a lost network does. */
  drop(): void {
    this.socket.terminate();
  }

  /** Waits until the client subscribes to a channel. @returns the position that it sent */
  async subscription(channel: string, withinMs = SOON_MS): Promise<Place | undefined> {
    const missing = () => `The client did not subscribe to ${channel}; its frames: ${this.summary()}.`;
    const frame = await eventually(missing, () => this.subscriptionsTo(channel).at(0), withinMs);
    return frame.payload['position'] as Place | undefined;
  }

  subscriptionsTo(channel: string): ClientFrame[] {
    return this.frames.filter(({ type, payload }) => type === 'subscribe' && payload['channel'] === channel);
  }

  /** Answers a subscription as the server does: what was missed, then live events. */
  subscribe({ id, payload }: ClientFrame): void {
    const log = this.log(String(payload['channel']));
    const { start, missed } = log.from(payload['position'] as Place | undefined);
    const isSecond = this.subscribed.has(log.channel);
    this.subscribed.add(log.channel);
    if (isSecond) return this.send('subscribed', { ...start, offset: log.head, recovered: true }, { id });
    this.send('subscribed', start, { id });
    this.push(missed);
  }

  private log(channel: string): ChannelLog {
    const log = this.logs.get(channel);
    if (log === undefined)
      throw new Violation(`The client named the channel ${channel}, which is none of its channels.`);
    return log;
  }

  private received(text: string, isBinary: boolean): void {
    const frame = isBinary ? undefined : frameOf(text);
    if (frame === undefined) {
      this.frames.push({ type: '(malformed)', payload: { text: text.slice(0, 100) } });
      return this.send('error', { code: 'frame.malformed', message: 'Not a frame.', temporary: false });
    }
    this.frames.push(frame);
    if (!this.answering()(frame, this)) this.answer(frame);
  }

  private answer(frame: ClientFrame): void {
    const { type, payload, id } = frame;
    const channel = String(payload['channel']);
    if (type === 'ping') return this.send('pong', {}, { id });
    if (type === 'auth:refresh') return this.send('auth:refreshed', { expiresIn: 3_600 }, { id });
    if (type === 'subscribe' && this.logs.has(channel)) return this.subscribe(frame);
    if (type === 'unsubscribe') {
      this.subscribed.delete(channel);
      return this.send('unsubscribed', { channel }, { id });
    }
    const code = type === 'subscribe' ? 'channel.forbidden' : 'frame.unknown-type';
    this.send('error', { code, message: 'The conformance kit does not have this.', temporary: false }, { id });
  }

  private summary(): string {
    return this.frames.map(({ type, payload }) => `${type} ${JSON.stringify(payload)}`).join(', ') || 'none';
  }
}

function frameOf(text: string): ClientFrame | undefined {
  try {
    const frame = JSON.parse(text) as Partial<ClientFrame> | null;
    return typeof frame?.type === 'string' && typeof frame.payload === 'object' ? (frame as ClientFrame) : undefined;
  } catch {
    return undefined;
  }
}
