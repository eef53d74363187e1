import { Buffer } from 'node:buffer';
import { databaseNow } from '../../platform/clock/database-clock.js';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/** The `id` of a client's frame; the answer repeats it. */
export type FrameId = string | number;

/** A frame of the server that isn't an event: `{type, id?, payload, ts}`. */
export class ServerFrame {
  private framed: Buffer | undefined;

  private constructor(readonly text: string) {}

  static of(type: string, payload: unknown, id?: FrameId): ServerFrame {
    return new ServerFrame(JSON.stringify({ type, id, payload, ts: databaseNow() }));
  }

  /** One WebSocket message, encoded once for all receivers. */
  get bytes(): Buffer {
    return (this.framed ??= textFrames([this.text]).bytes);
  }
}

/** Consecutive messages in one buffer; message i ends at `ends[i]`. */
export interface FramedTexts {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

/**
 * RFC 6455 section 5.2: final, unmasked text frames. A server doesn't mask, so all subscribers share the same bytes,
 * which take one allocation per batch.
 */
export function textFrames(texts: readonly string[]): FramedTexts {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const total = lengths.reduce((sum, length) => sum + headerBytes(length) + length, 0);
  // Not from the pool: long-lived bytes would keep the whole pool alive.
  const bytes = Buffer.allocUnsafeSlow(total);
  let end = 0;
  const ends = texts.map((text, i) => {
    end = writeHeader(bytes, end, FINAL_TEXT, lengths[i] ?? 0);
    end += bytes.write(text, end);
    return end;
  });
  return { bytes, ends };
}

/** One binary message, framed as by `textFrames`. */
export function binaryFrame(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes(payload.length) + payload.length);
  bytes.set(payload, writeHeader(bytes, 0, FINAL_BINARY, payload.length));
  return bytes;
}

/** The inverse of `textFrames`. */
export function textsOf({ bytes, ends }: FramedTexts): string[] {
  return ends.map((end, i) => bytes.toString('utf8', textStart(bytes, ends[i - 1] ?? 0), end));
}

function textStart(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  if (length < LENGTH_IN_16_BITS) return at + 2;
  return at + (length === LENGTH_IN_16_BITS ? 4 : 10);
}

function headerBytes(length: number): number {
  if (length < LENGTH_IN_16_BITS) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(bytes: Buffer, at: number, kind: number, length: number): number {
  bytes[at] = kind;
  switch (headerBytes(length)) {
    case 2:
      bytes[at + 1] = length;
      return at + 2;
    case 4:
      bytes[at + 1] = LENGTH_IN_16_BITS;
      return bytes.writeUInt16BE(length, at + 2);
    default:
      bytes[at + 1] = LENGTH_IN_64_BITS;
      return bytes.writeBigUInt64BE(BigInt(length), at + 2);
  }
}
