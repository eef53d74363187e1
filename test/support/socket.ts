import { WebSocket, type ClientOptions } from 'ws';
import { eventually } from './eventually.js';

/** A frame of the server. Events have a channel, an offset and an id; answers repeat the `id` of the client's frame. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly ts: number;
  readonly channel?: string;
  readonly offset?: number;
  readonly payload: Record<string, unknown>;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export type Via = 'subprotocol' | 'header' | 'ticket' | 'query';

export interface ConnectOptions {
  /** A token, or a ticket for `via: 'ticket'`. Without it, the socket sends no credential. */
  readonly token?: string;
  readonly via?: Via;
  readonly origin?: string;
  readonly path?: string;
}

/** A WebSocket client that records every frame. */
export class TestSocket {
  /** Every frame, in the order of arrival. */
  readonly frames: Frame[] = [];
  closed: Closed | undefined;
  private asked = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse(data.toString())));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /** Resolves when the server accepts the upgrade. @throws Error `HTTP <status>` when it refuses */
  static async open(url: string, options: ConnectOptions = {}): Promise<TestSocket> {
    const { address, protocols, clientOptions } = handshake(url, options);
    const socket = new WebSocket(address, protocols, clientOptions);
    const client = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        reject(new Error(`HTTP ${response.statusCode}`));
      });
      socket.once('error', reject);
    });
    return client;
  }

  /** Opens a socket and waits until its user's own channel is subscribed: events of that channel come from then on. */
  static async connect(url: string, token: string, options: ConnectOptions = {}): Promise<TestSocket> {
    const client = await TestSocket.open(url, { via: 'subprotocol', ...options, token });
    const isOwn = ({ type, payload }: Frame) => type === 'subscribed' && String(payload['channel']).startsWith('user:');
    await client.waitFor(isOwn, `the user's own channel`);
    return client;
  }

  send(type: string, payload: unknown = {}, id?: string | number): void {
    this.sendRaw(JSON.stringify({ type, payload, id }));
  }

  sendRaw(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** Sends a frame and waits for its first answer. */
  async ask(type: string, payload: unknown = {}): Promise<Frame> {
    const id = `ask-${++this.asked}`;
    this.send(type, payload, id);
    return this.waitFor((frame) => frame.id === id, `${type} is answered`);
  }

  /** Waits for the first frame that matches, including frames that have already arrived. */
  waitFor(predicate: (frame: Frame) => boolean, what = 'a matching frame arrives', withinMs?: number): Promise<Frame> {
    return eventually(what, () => this.frames.find(predicate), withinMs);
  }

  ofType(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** The events of a channel in the order of arrival. */
  events(channel: string): Frame[] {
    return this.frames.filter((frame) => frame.channel === channel && frame.offset !== undefined);
  }

  offsets(channel: string): number[] {
    return this.events(channel).map((event) => event.offset ?? 0);
  }

  waitForClose(withinMs?: number): Promise<Closed> {
    return eventually('the socket closes', () => this.closed, withinMs);
  }

  /** Simulates a lost network: no close frame. */
  cut(): void {
    this.socket.terminate();
  }
}

function handshake(url: string, { token, via, origin, path = '/ws' }: ConnectOptions) {
  const address = new URL(path, url.replace(/^http/, 'ws'));
  const protocols = ['tidings.v1'];
  const clientOptions: ClientOptions = origin === undefined ? {} : { origin };
  if (token !== undefined) {
    if (via === 'subprotocol') protocols.push(`bearer.${token}`);
    if (via === 'header') clientOptions.headers = { authorization: `Bearer ${token}` };
    if (via === 'ticket') address.searchParams.set('ticket', token);
    if (via === 'query') address.searchParams.set('token', token);
  }
  return { address, protocols, clientOptions };
}
