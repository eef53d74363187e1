import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Splits the bytes of a server into complete messages and an incomplete rest. */
export type Cut = (bytes: Buffer) => { readonly messages: readonly Buffer[]; readonly rest: Buffer };

export interface FaultyProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly cut: Cut;
  /** Called for each message of the server; true drops it silently. */
  readonly loses: (message: Buffer) => boolean;
  /** Whether the first bytes of a client mark its connection as one of the bus, which `silence` stops. */
  readonly isBus: (received: Buffer) => boolean;
}

/** A proxy for PostgreSQL or Redis that splits their streams into messages and can drop messages or stop forwarding. */
export class FaultyProxy {
  lost = 0;
  private readonly pairs = new Set<Pair>();

  private constructor(
    readonly port: number,
    private readonly close: () => void,
  ) {}

  static async start(options: FaultyProxyOptions): Promise<FaultyProxy> {
    const server = createServer((near) => {
      const pair = new Pair(near, options, () => proxy.lost++);
      proxy.pairs.add(pair);
      near.on('close', () => proxy.pairs.delete(pair));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const proxy = new FaultyProxy((server.address() as AddressInfo).port, () => server.close());
    return proxy;
  }

  /** Stops forwarding on the open connections of the bus, in both directions, without closing them. New ones work. */
  silence(): number {
    const silenced = [...this.pairs].filter((pair) => pair.isBus);
    for (const pair of silenced) pair.silent = true;
    return silenced.length;
  }

  stop(): void {
    this.close();
    for (const pair of this.pairs) pair.destroy();
  }
}

const MAX_INSPECTED_BYTES = 4_096;

class Pair {
  silent = false;
  private received = Buffer.alloc(0);
  private rest: Buffer = Buffer.alloc(0);
  private readonly far: Socket;

  constructor(
    private readonly near: Socket,
    private readonly options: FaultyProxyOptions,
    private readonly onLoss: () => void,
  ) {
    this.far = connect(options.target.port, options.target.host);
    near.on('error', () => undefined).on('close', () => this.far.destroy());
    this.far.on('error', () => undefined).on('close', () => near.destroy());
    near.on('data', (bytes) => this.fromClient(bytes));
    this.far.on('data', (bytes) => this.fromServer(bytes));
  }

  get isBus(): boolean {
    return this.options.isBus(this.received);
  }

  destroy(): void {
    this.near.destroy();
    this.far.destroy();
  }

  private fromClient(bytes: Buffer): void {
    if (this.received.length < MAX_INSPECTED_BYTES) this.received = Buffer.concat([this.received, bytes]);
    if (!this.silent) this.far.write(bytes);
  }

  private fromServer(bytes: Buffer): void {
    if (this.silent) return;
    const { messages, rest } = this.options.cut(Buffer.concat([this.rest, bytes]));
    this.rest = rest;
    const passed = messages.filter((message) => {
      const lost = this.options.loses(message);
      if (lost) this.onLoss();
      return !lost;
    });
    if (passed.length > 0) this.near.write(Buffer.concat(passed));
  }
}

/** PostgreSQL after the startup: a type byte, a length that includes itself, and a body (manual: Message Formats). */
export const cutPostgres: Cut = (bytes) => {
  const messages: Buffer[] = [];
  let at = 0;
  while (bytes.length >= at + 5) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
};

export const isNotification = (message: Buffer): boolean => message[0] === 'A'.charCodeAt(0);
export const isPostgresBus = (received: Buffer): boolean => received.includes('tidings bus');

const CRLF = '\r\n';

/** Redis, RESP2: splits only top-level values. */
export const cutRedis: Cut = (bytes) => {
  const messages: Buffer[] = [];
  let at = 0;
  for (let end = endOfValue(bytes, at); end !== undefined; end = endOfValue(bytes, at)) {
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
};

function endOfValue(bytes: Buffer, start: number): number | undefined {
  const lineEnd = bytes.indexOf(CRLF, start);
  if (lineEnd < 0) return undefined;
  const next = lineEnd + CRLF.length;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const size = Number(bytes.toString('latin1', start + 1, lineEnd));
  if (kind === '$') return size < 0 ? next : withinBounds(bytes, next + size + CRLF.length);
  if (kind !== '*') return next;
  let end: number | undefined = next;
  for (let i = 0; i < size && end !== undefined; i++) end = endOfValue(bytes, end);
  return end;
}

const withinBounds = (bytes: Buffer, end: number) => (end <= bytes.length ? end : undefined);

export const isRedisMessage = (message: Buffer): boolean => message.includes('message\r\n');
export const isRedisBus = (received: Buffer): boolean =>
  /\r\n(?:s?subscribe|s?publish)\r\n/i.test(received.toString('latin1'));
