import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { OPCODE, rawFrame, upgradeRequest } from './raw-socket.js';

const OFFSET = Buffer.from('"offset":');
const TIME = Buffer.from('"ts":');
const EVENT = Buffer.from('{"type":"test:');

/** The position of a subscriber. */
export interface LightPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** One of a thousand subscribers of a channel. To save CPU it reads only the offset and the time of an event. */
export class LightSubscriber {
  position: LightPosition = { epoch: '', offset: -1 };
  recovered: boolean | undefined;
  /** The number of events that did not follow their predecessor. */
  disorder = 0;
  ended = false;
  private rest: Buffer = Buffer.alloc(0);
  private upgraded = false;

  private constructor(
    private readonly wire: Socket,
    private readonly channel: string,
    private readonly onDelay: (milliseconds: number) => void,
  ) {
    wire.on('error', () => undefined);
    wire.on('data', (chunk: Buffer) => this.read(chunk));
    wire.on('close', () => (this.ended = true));
  }

  /** @param onDelay receives the delay of each event since it was written, in milliseconds */
  static async subscribe(
    url: string,
    token: string,
    channel: string,
    {
      position,
      onDelay = () => undefined,
    }: { position?: LightPosition; onDelay?: (milliseconds: number) => void } = {},
  ): Promise<LightSubscriber> {
    const { hostname, port } = new URL(url);
    const wire = connect({ port: Number(port), host: hostname, noDelay: true });
    await once(wire, 'connect');
    const subscriber = new LightSubscriber(wire, channel, onDelay);
    wire.write(upgradeRequest('/ws', { authorization: `Bearer ${token}` }));
    subscriber.send({ type: 'subscribe', payload: { channel, position } });
    await eventually('the client is subscribed', () => subscriber.recovered !== undefined, 60_000);
    return subscriber;
  }

  stopReading(): void {
    this.wire.pause();
  }

  resumeReading(): void {
    this.wire.resume();
  }

  cut(): void {
    this.wire.resetAndDestroy();
  }

  private send(frame: unknown): void {
    this.wire.write(rawFrame({ opcode: OPCODE.text, payload: Buffer.from(JSON.stringify(frame)) }));
  }

  private read(chunk: Buffer): void {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (!this.upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      this.rest = bytes;
      if (end < 0) return;
      this.upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    this.rest = Buffer.from(bytes.subarray(this.frames(bytes)));
  }

  /** @returns the number of bytes in complete frames */
  private frames(bytes: Buffer): number {
    for (let at = 0; ;) {
      if (bytes.length - at < 4) return at;
      const short = bytes[at + 1] ?? 0;
      const start = at + (short < 126 ? 2 : 4);
      const end = start + (short < 126 ? short : bytes.readUInt16BE(at + 2));
      if (end > bytes.length) return at;
      this.frame((bytes[at] ?? 0) & 0xf, bytes.subarray(start, end));
      at = end;
    }
  }

  private frame(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.wire.write(rawFrame({ opcode: OPCODE.pong, payload }));
    if (opcode !== OPCODE.text) return;
    if (payload.compare(EVENT, 0, EVENT.length, 0, EVENT.length) === 0) return this.event(payload);
    const { type, payload: body } = JSON.parse(payload.toString());
    if (type === 'error') throw new Error(JSON.stringify(body));
    if (type !== 'subscribed' || body.channel !== this.channel) return;
    this.position = { epoch: body.epoch, offset: body.offset };
    this.recovered = body.recovered;
  }

  private event(json: Buffer): void {
    const offset = numberAfter(json, OFFSET);
    if (offset !== this.position.offset + 1) this.disorder++;
    this.position = { ...this.position, offset };
    this.onDelay(Date.now() - numberAfter(json, TIME));
  }
}

function numberAfter(json: Buffer, name: Buffer): number {
  let value = 0;
  for (let at = json.indexOf(name) + name.length; ; at++) {
    const digit = (json[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}
