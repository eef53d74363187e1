import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from './eventually.js';

export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

const FINAL = 0x80;
const MASKED = 0x80;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly final?: boolean;
  /** Reserved bits, which no extension was negotiated for. */
  readonly reserved?: number;
  readonly masked?: boolean;
}

/** The bytes of a client frame, valid or not (RFC 6455, 5.2). */
export function rawFrame({ opcode, payload = Buffer.alloc(0), final = true, reserved = 0, masked = true }: RawFrame) {
  const length = payload.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (final ? FINAL : 0) | reserved | opcode;
  head[1] = (masked ? MASKED : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

/** A WebSocket on a bare socket, which may send invalid frames and stop reading. */
export class RawSocket {
  /** All bytes received after the head of the upgrade response. */
  private received = Buffer.alloc(0);
  ended = false;

  private constructor(
    readonly wire: Socket,
    /** The head of the upgrade response. */
    readonly head: string,
  ) {
    wire.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    wire.on('close', () => (this.ended = true));
  }

  static async open(url: string, headers: Record<string, string> = {}, path = '/ws'): Promise<RawSocket> {
    const wire = await connectTo(url);
    wire.write(upgradeRequest(path, headers));
    let head = Buffer.alloc(0);
    while (!head.includes('\r\n\r\n')) {
      const [chunk] = await once(wire, 'data');
      head = Buffer.concat([head, chunk as Buffer]);
    }
    const end = head.indexOf('\r\n\r\n') + 4;
    const socket = new RawSocket(wire, head.subarray(0, end).toString());
    socket.received = head.subarray(end);
    return socket;
  }

  /** Opens a socket and waits for `connected`. */
  static async connect(url: string, token: string, headers: Record<string, string> = {}): Promise<RawSocket> {
    const socket = await RawSocket.open(url, { ...headers, authorization: `Bearer ${token}` });
    await eventually('the server sends "connected"', () => socket.text.includes('"connected"'));
    return socket;
  }

  /** The received bytes as text, including frame headers. */
  get text(): string {
    return this.received.toString();
  }

  get bytesReceived(): number {
    return this.received.length;
  }

  send(...frames: RawFrame[]): void {
    this.sendBytes(Buffer.concat(frames.map(rawFrame)));
  }

  sendBytes(bytes: Buffer): void {
    if (!this.wire.destroyed) this.wire.write(bytes);
  }

  /** The code of the server's close frame, or undefined when the server closed without one. */
  async closeCode(withinMs?: number): Promise<number | undefined> {
    await eventually('the socket closes', () => this.ended || this.closeFrame() !== undefined, withinMs);
    return this.closeFrame();
  }

  cut(): void {
    this.wire.resetAndDestroy();
  }

  private closeFrame(): number | undefined {
    for (let at = 0; at + 2 <= this.received.length;) {
      const opcode = (this.received[at] ?? 0) & 0xf;
      const short = this.received[at + 1] ?? 0;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > this.received.length) return undefined;
      const length = short < 126 ? short : this.received.readUIntBE(at + (head === 4 ? 2 : 4), head === 4 ? 2 : 6);
      if (opcode === OPCODE.close) return this.received.readUInt16BE(at + head);
      at += head + length;
    }
    return undefined;
  }
}

export async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const wire = connect(Number(port), hostname);
  wire.on('error', () => undefined);
  await once(wire, 'connect');
  return wire;
}

export function upgradeRequest(path: string, headers: Record<string, string> = {}): string {
  const all = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
