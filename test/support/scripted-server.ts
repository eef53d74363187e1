import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { eventually } from './eventually.js';

interface ReceivedFrame {
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly id?: number;
}

/** A server whose frames a test scripts, for behaviour that a real server shows only in failures. */
export class ScriptedServer {
  readonly asked: ReceivedFrame[] = [];
  readonly tokens: string[] = [];
  readonly connectedAt: number[] = [];
  /** The epoch of every channel: a position with another epoch can't be resumed. */
  epoch = 'e';
  private socket: WebSocket | undefined;

  private constructor(
    private readonly server: WebSocketServer,
    private readonly script: { readonly heartbeatMs: number; readonly greets: boolean; readonly answers: boolean },
  ) {}

  static async start(script: Partial<ScriptedServer['script']> = {}): Promise<ScriptedServer> {
    const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'tidings.v1' });
    await new Promise((resolve) => listening.once('listening', resolve));
    const scripted = new ScriptedServer(listening, { heartbeatMs: 25_000, greets: true, answers: true, ...script });
    listening.on('connection', (socket, request) => {
      scripted.tokens.push(String(request.headers['sec-websocket-protocol']).split('bearer.')[1] ?? '');
      scripted.connected(socket);
    });
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.connectedAt.length;
  }

  async connectedTimes(count: number): Promise<void> {
    await eventually(`${count} connections`, () => this.connections >= count);
  }

  /** The payloads of the received frames of this type. */
  askedFor(type: string): Record<string, unknown>[] {
    return this.asked.filter((frame) => frame.type === type).map(({ payload }) => payload);
  }

  say(type: string, payload: unknown, more: object = {}): void {
    this.socket?.send(JSON.stringify({ type, payload, ts: Date.now(), ...more }));
  }

  close(code: number): void {
    this.socket?.close(code, 'as the test says');
  }

  stop(): void {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
  }

  private connected(socket: WebSocket): void {
    this.socket = socket;
    this.connectedAt.push(Date.now());
    socket.on('message', (data) => this.received(JSON.parse(String(data))));
    const { heartbeatMs, greets } = this.script;
    if (greets) this.say('connected', { userId: 'u', sessionId: `s${this.connections}`, heartbeatMs });
  }

  private received(frame: ReceivedFrame): void {
    this.asked.push(frame);
    if (!this.script.answers) return;
    const { type, id, payload } = frame;
    if (type === 'ping') this.say('pong', {}, { id });
    if (type === 'unsubscribe') this.say('unsubscribed', payload, { id });
    if (type !== 'subscribe') return;
    const { channel, position } = payload as { channel: string; position?: { epoch: string; offset: number } };
    const known = position?.epoch === this.epoch ? position.offset : undefined;
    const start = { epoch: this.epoch, offset: known ?? 0, recovered: known !== undefined };
    this.say('subscribed', { channel, ...start }, { id });
  }
}
